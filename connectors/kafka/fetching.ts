/**
 * Keeps the sources of a lane supplied. Each broker that leads some of them is asked on its own, one fetch ahead at the
 * most, and only while less than a fetch is waiting here: this is the backpressure.
 */
import { fetchFrom, type Wanted } from './fetch';
import { edgeOffset } from './offsets';
import type { LaneSettings } from './settings';
import type { Source } from './source';
import { type Cluster, errorType, leaderId } from './wire';

export class Fetching {
  /** Why there will be no more; what came before it is still to be handed on. */
  error: unknown;
  /** Called on a fetch's end. */
  private changed: () => void = () => {};
  private readonly underWay = new Map<string, Promise<void>>();
  private stopped = false;

  /** @param lane The partition number, of every source's topic. */
  constructor(
    private readonly lane: number,
    private readonly sources: readonly Source[],
    private readonly cluster: Cluster,
    private readonly settings: Pick<LaneSettings, 'fetchBytesMax' | 'fetchWaitMaxMs'>,
  ) {}

  /**
   * Starts a fetch from every leader that has none under way, for its topics that have room here. For topics at their end alone
   * it starts none: the broker would wait for their records, and nothing of the others could be fetched meanwhile.
   */
  ahead(): void {
    if (this.stopped || this.error !== undefined) return;
    for (const [nodeId, sources] of this.byLeader()) {
      if (this.underWay.has(nodeId)) continue;
      const unfinished = sources.filter(({ wantsMore }) => wantsMore);
      const hungry = unfinished.filter(({ waitingBytes }) => waitingBytes < this.settings.fetchBytesMax);
      const all = hungry.length === unfinished.length;
      if (hungry.length === 0 || !(all || hungry.some(source => source.isBehind()))) continue;
      const fetching = this.fetch(nodeId, hungry, all ? this.settings.fetchWaitMaxMs : 1)
        .catch(error => this.failed(error))
        .finally(() => {
          this.underWay.delete(nodeId);
          this.changed();
        });
      this.underWay.set(nodeId, fetching);
    }
  }

  /** Resolves on a fetch's end, on `wake`, or after `ms`. */
  change(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms);
      this.changed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Whoever waits for a change goes on. */
  wake(): void {
    this.changed();
  }

  /** No fetch is sent any more. */
  stop(): void {
    this.stopped = true;
    this.wake();
  }

  /** Resolves when nothing is under way any more: only then the connections can be closed for good. */
  async close(): Promise<void> {
    this.stop();
    await Promise.all(this.underWay.values());
  }

  private byLeader(): Map<string, Source[]> {
    const byLeader = new Map<string, Source[]>();
    for (const source of this.sources) {
      const nodeId = leaderId(this.cluster, source.topic, this.lane);
      if (nodeId === undefined) {
        this.error ??= new Error(`Cannot read ${source.topic}[${this.lane}] as the topic has no such partition`);
        return new Map();
      }
      byLeader.set(nodeId, [...(byLeader.get(nodeId) ?? []), source]);
    }
    return byLeader;
  }

  private async fetch(nodeId: string, sources: readonly Source[], waitMaxMs: number): Promise<void> {
    const wanted: Wanted[] = sources.map(({ topic, fetchOffset }) => ({
      topic,
      partition: this.lane,
      offset: fetchOffset,
    }));
    const broker = await this.cluster.findBroker({ nodeId });
    if (this.stopped) return;
    const all = await fetchFrom(broker, wanted, {
      waitMaxMs,
      bytesMax: this.settings.fetchBytesMax,
      committedOnly: true,
    });
    for (const fetched of all) {
      const index = sources.findIndex(({ topic }) => topic === fetched.topic);
      const source = sources[index];
      // A leader that moved meanwhile may have been asked for the same, and have answered first: no record comes twice.
      if (!source || source.fetchOffset !== wanted[index]?.offset) continue;
      source.take(fetched);
    }
  }

  private async failed(error: unknown): Promise<void> {
    const type = errorType(error);
    if (type === 'OFFSET_OUT_OF_RANGE') this.error = await this.outOfRange(error).catch(() => error);
    else this.error = error;
  }

  /** Retention has deleted what we had not read: that is a loss, and never passes silently. */
  private async outOfRange(error: unknown): Promise<unknown> {
    const lost: string[] = [];
    for (const { topic, fetchOffset } of this.sources) {
      const first = Number(await edgeOffset(this.cluster, topic, this.lane, 'earliest'));
      const end = Number(await edgeOffset(this.cluster, topic, this.lane, 'highWatermark'));
      if (fetchOffset >= first && fetchOffset <= end) continue;
      lost.push(`${topic}[${this.lane}]: next is ${fetchOffset}, there is ${first} to ${end}`);
    }
    // All is there: a leader that had just been elected did not know it yet.
    return lost.length > 0 ? new PositionLost(lost) : error;
  }
}

/** The committed offsets point at records that are not there any more, or not yet. */
export class PositionLost extends Error {
  override readonly name = 'PositionLost';
  constructor(readonly lost: readonly string[]) {
    super(
      `Cannot go on reading as the committed offsets are outside of what the topics hold (${lost.join('; ')}): records were ` +
        'deleted by retention before they were read, or a topic was made anew. Start with --accept-reset to go on from the ' +
        'earliest record there is, knowing that what lies between is not processed',
    );
  }
}
