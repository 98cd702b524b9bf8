/** The brokers that a lane's transactions and offsets are written down at: looked for once, and again where they say they are not. */
import { coordinatorBusy, retrying } from './retry';
import { type Broker, type Cluster, type CoordinatorType, groupCoordinator, transactionCoordinator } from './wire';

export class Coordinators {
  /** Whether the transaction coordinator is another since this was last set to false. */
  moved = false;
  private readonly known = new Map<CoordinatorType, Broker>();

  constructor(
    private readonly cluster: Cluster,
    private readonly ids: { readonly group: string; readonly transactionalId: string },
  ) {}

  /** @param retry Which of its answers mean "in a moment". */
  at<T>(coordinatorType: CoordinatorType, act: (broker: Broker) => Promise<T>, retry = coordinatorBusy): Promise<T> {
    const groupId = coordinatorType === groupCoordinator ? this.ids.group : this.ids.transactionalId;
    return retrying(
      retry,
      async () => {
        const broker =
          this.known.get(coordinatorType) ?? (await this.cluster.findGroupCoordinator({ groupId, coordinatorType }));
        this.known.set(coordinatorType, broker);
        if (!broker.isConnected()) await broker.connect();
        return act(broker);
      },
      type => {
        if (type === 'CONCURRENT_TRANSACTIONS') return;
        this.known.delete(coordinatorType);
        if (coordinatorType === transactionCoordinator) this.moved = true;
      },
    );
  }

  /**
   * A coordinator ends again what the one before it had not seen to its end, and may pass over partitions: then only a fence goes on.
   * @throws Error when the transaction coordinator has moved.
   */
  checkStayed(): void {
    if (this.moved)
      throw new Error('Cannot begin a transaction as its coordinator has moved: it is asked by a fence first');
  }
}
