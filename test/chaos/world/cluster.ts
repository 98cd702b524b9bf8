/** What the harness asks the brokers by the plain listener: who leads what, whether all is in sync, how far the group is. */
import { setTimeout as wait } from 'node:timers/promises';
import { connectKafka, openCluster } from '../../../connectors/kafka/client';
import { type Cluster, groupCoordinator, leaderId, transactionCoordinator } from '../../../connectors/kafka/wire';
import { group, outputs, sources } from '../topics';

const internal = ['__consumer_offsets', '__transaction_state'] as const;

export const openPlain = (brokers: readonly string[]): Promise<Cluster> =>
  openCluster(
    connectKafka({ brokers, clientId: 'chaos', connectionTimeoutMs: 2_000, requestTimeoutMs: 3_000 }, () => () => {}),
  );

export class Brokers {
  constructor(private readonly cluster: Cluster) {}

  /** The broker that coordinates the group. */
  async groupCoordinator(): Promise<number> {
    return (await this.cluster.findGroupCoordinator({ groupId: group, coordinatorType: groupCoordinator })).nodeId;
  }

  /** The broker that coordinates the transactions of a lane. */
  async transactionCoordinator(lane: number): Promise<number> {
    const id = { groupId: `${group}-${lane}`, coordinatorType: transactionCoordinator } as const;
    return (await this.cluster.findGroupCoordinator(id)).nodeId;
  }

  /** The broker that leads a partition of one of our topics. */
  async leader(topic: string, lane: number): Promise<number> {
    await this.cluster.addMultipleTargetTopics([topic]);
    await this.cluster.refreshMetadata();
    return Number(leaderId(this.cluster, topic, lane));
  }

  /** Resolves when every partition has all its copies in sync again: only then another broker may go. */
  async inSync(copies: number): Promise<void> {
    const topics = [...sources, ...outputs, ...internal];
    for (const end = Date.now() + inSyncWithinMs; ; await wait(200)) {
      try {
        await this.cluster.addMultipleTargetTopics([...topics]);
        await this.cluster.refreshMetadata();
        const lacking = topics.filter(topic => this.partitions(topic).some(({ isr }) => isr.length < copies));
        if (lacking.length === 0) return;
        if (Date.now() > end) throw new Error(`Cannot go on as ${lacking.join(', ')} are not in sync`);
      } catch (error) {
        if (Date.now() > end) throw error;
      }
    }
  }

  private partitions(topic: string) {
    return this.cluster.findTopicPartitionMetadata(topic) as unknown as { isr: number[]; leader: number }[];
  }
}

const inSyncWithinMs = 90_000;
