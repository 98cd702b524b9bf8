/**
 * How far the group has committed, lane by lane, asked again and again: how long a lane that has something to do stands still,
 * and how soon after a fault it goes on. What is told is what was seen, so later than it was by up to an interval.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { within } from '../../../connectors/kafka/retry';
import { type Broker, type Cluster, groupCoordinator } from '../../../connectors/kafka/wire';
import { group, sources } from '../topics';

const intervalMs = 200;
const answerWithinMs = 1_000;

export class Progress {
  /** Longest that a lane stood still, ms. */
  longestMs = 0;
  /** Next offsets, by source and lane. */
  private committed: number[][] = [];
  /** When each lane was last seen to go on. */
  private readonly movedAt: number[];
  private round = 0;
  private coordinator: Broker | undefined;
  private ending = false;
  private done: Promise<void> = Promise.resolve();

  constructor(
    private readonly cluster: Cluster,
    lanes: number,
  ) {
    this.movedAt = Array.from({ length: lanes }, () => Number.NaN);
  }

  /** Every lane has something to do from now on. */
  start(): void {
    this.movedAt.fill(performance.now());
    this.done = this.look();
  }

  async stop(): Promise<void> {
    this.ending = true;
    await this.done;
  }

  /** From now on a lane that stands still has no more to do. */
  rest(): void {
    this.movedAt.fill(Number.NaN);
    this.resting = true;
  }
  private resting = false;

  /** What the group has committed, by source and lane, as last seen. */
  get offsets(): readonly (readonly number[])[] {
    return this.committed;
  }

  /**
   * Ms from now until every one of these lanes has gone on, by an answer that was asked for later than now.
   * @param withinMs Gives up: undefined.
   */
  async recovery(lanes: readonly number[], withinMs: number): Promise<number | undefined> {
    const began = performance.now();
    const first = this.round + 2;
    let baseline: number[] | undefined;
    let seen = this.round;
    while (performance.now() - began < withinMs && !this.resting) {
      await wait(50);
      if (this.round < first || this.round === seen) continue;
      seen = this.round;
      const sums = lanes.map(lane => this.sum(lane));
      baseline ??= sums;
      if (sums.every((sum, index) => sum > (baseline?.[index] ?? 0))) return performance.now() - began;
    }
    return undefined;
  }

  private sum(lane: number): number {
    return this.committed.reduce((sum, ofTopic) => sum + Math.max(ofTopic[lane] ?? 0, 0), 0);
  }

  private async look(): Promise<void> {
    for (; !this.ending; await wait(intervalMs)) {
      try {
        const next = await within(answerWithinMs, this.ask());
        const before = this.committed.length === 0 ? undefined : this.movedAt.map((_, lane) => this.sum(lane));
        this.committed = next;
        this.round += 1;
        if (!this.resting) this.measure(before);
      } catch {
        this.coordinator = undefined; // gone, or busy: the next round looks for it
      }
    }
  }

  private measure(before: readonly number[] | undefined): void {
    const now = performance.now();
    for (const [lane, moved] of this.movedAt.entries()) {
      if (this.sum(lane) > (before?.[lane] ?? 0)) {
        if (!Number.isNaN(moved)) this.longestMs = Math.max(this.longestMs, now - moved);
        this.movedAt[lane] = now;
      }
    }
  }

  private async ask(): Promise<number[][]> {
    this.coordinator ??= await this.cluster.findGroupCoordinator({ groupId: group, coordinatorType: groupCoordinator });
    if (!this.coordinator.isConnected()) await this.coordinator.connect();
    const partitions = this.movedAt.map((_, partition) => ({ partition }));
    const answer = await this.coordinator.offsetFetch({
      groupId: group,
      topics: sources.map(topic => ({ topic, partitions })),
    });
    return sources.map(topic => {
      const found = answer.responses.find(one => one.topic === topic)?.partitions ?? [];
      const offsets = this.movedAt.map(() => -1);
      for (const { partition, offset } of found) offsets[partition] = Number(offset);
      return offsets;
    });
  }
}
