/**
 * Event time of a lane. A topic's time is its newest event time − grace; the watermark is the least over the topics that
 * are not idle, and only rises. A topic never heard of holds it back until it speaks or is told to be idle: what was
 * fetched first must not matter.
 *
 * Idleness is not kept: after a restart it must be told anew, or a backlog would come late behind its own shadow.
 */
import type { KeptTime } from './window';

const never = Number.NEGATIVE_INFINITY;

interface TopicTime {
  readonly topic: string;
  newest: number;
  idle: boolean;
}

export class EventTime {
  watermark: number;
  private readonly topics: readonly TopicTime[];
  private readonly byName: ReadonlyMap<string, TopicTime>;

  constructor(
    topics: readonly string[],
    private readonly graceMs: number,
    kept?: KeptTime,
  ) {
    const newest = new Map(kept?.topics.map(topic => [topic.topic, topic.newest]));
    this.watermark = kept?.watermark ?? never;
    this.topics = topics.map(topic => ({ topic, newest: newest.get(topic) ?? never, idle: false }));
    this.byName = new Map(this.topics.map(topic => [topic.topic, topic]));
  }

  /** Leaves these topics out but where there are values of them, and takes all others in. */
  leaveOut<V>(idle: readonly string[], values: readonly V[], topicOf: (value: V) => string): void {
    for (const topic of this.topics) topic.idle = idle.includes(topic.topic);
    if (idle.length > 0)
      for (const value of values) {
        const known = this.byName.get(topicOf(value));
        if (known !== undefined) known.idle = false;
      }
    this.rise();
  }

  get allIdle(): boolean {
    return this.topics.every(topic => topic.idle);
  }

  /**
   * The time that a value of this topic may not be behind: that of its own topic, not only the watermark. Else it would
   * depend on how far the others were fetched whether it is late. The watermark is ahead only of a topic that was idle
   * (or moves no time).
   */
  reachedBy(topic: string): number {
    const own = this.byName.get(topic);
    return own === undefined ? this.watermark : Math.max(own.newest - this.graceMs, this.watermark);
  }

  /** True if the newest of its topic changed: then `rise`. */
  see(topic: string, ms: number): boolean {
    const own = this.byName.get(topic);
    if (own === undefined || ms <= own.newest) return false;
    own.newest = ms;
    return true;
  }

  /** Takes the watermark to the least of the topics that are not idle. When all are, it stays. */
  rise(): void {
    let least = Number.POSITIVE_INFINITY;
    for (const topic of this.topics) if (!topic.idle && topic.newest < least) least = topic.newest;
    if (least !== Number.POSITIVE_INFINITY) this.riseTo(least - this.graceMs);
  }

  /** The watermark, or another time while there is none. */
  watermarkOr(ms: number): number {
    return this.watermark === never ? ms : this.watermark;
  }

  riseTo(ms: number): void {
    if (ms > this.watermark) this.watermark = ms;
  }

  kept(): KeptTime {
    return {
      watermark: told(this.watermark),
      topics: this.topics.map(({ topic, newest }) => ({ topic, newest: told(newest) })),
    };
  }
}

// JSON has no infinity.
const told = (ms: number) => (ms === never ? null : ms);
