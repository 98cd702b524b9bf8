/**
 * Every record that was produced, against everything that was written because of it: exactly once, and what was expected.
 * Six bytes a record, so that millions of them can be accounted for.
 */

import type { Stage } from '../../pipeline/failure';
import { type Action, type Expected, event, failure, leavesNothing, outcomes, outcomeText } from './expected';

export interface Summary {
  readonly produced: number;
  /** Records that became an event, as they should. */
  readonly events: number;
  /** Records that became a failure, as they should, by code. */
  readonly failures: Readonly<Record<string, number>>;
  readonly skipped: number;
  /** Records whose fact had come before, and that left nothing, as they should. */
  readonly duplicates: number;
  /** Records lost, written twice or not as expected, and what was written for no record of ours. */
  readonly unaccounted: number;
}

/** More are counted, but not told one by one. */
const problemsMax = 20;
const seenMax = 255;

export class Accounts {
  private expected = new Uint8Array(1_024);
  private seen = new Uint8Array(1_024);
  private produced = 0;
  private readonly partitions = new Map<number, Places>();
  /** Written, but not what was expected of the record; or by nobody's order. */
  private wrong = 0;
  private readonly wrongRecords = new Set<number>();
  private readonly told: string[] = [];

  /** @param topic Where our records stand. */
  constructor(private readonly topic: string) {}

  /** A record stands on the topic. Numbers count from 0 without gaps; offsets of a partition rise without gaps. */
  stands(number: number, expected: Expected, partition: number, offset: number): void {
    if (number !== this.produced) throw new Error(`Cannot account for sample ${number} as ${this.produced} is next`);
    if (number >= this.expected.length) {
      this.expected = larger(this.expected);
      this.seen = larger(this.seen);
    }
    this.expected[number] = expected;
    this.produced += 1;
    const places = this.partitions.get(partition) ?? new Places(offset);
    this.partitions.set(partition, places);
    places.add(number, offset);
  }

  /** An event was written. @param number Of the sample its fact is; undefined where no sample of ours has it. */
  event(number: number | undefined, action: Action, factId: string): void {
    if (number === undefined) this.problem(`an event ${action} of fact ${factId}, which nobody produced`);
    else this.written(number, event(action), `event ${action}`);
  }

  /** A failure was written. Those of records that stood there before ours are not our business. */
  failure(topic: string, partition: number, offset: number, stage: Stage, code: string): void {
    const places = this.partitions.get(partition);
    if (topic !== this.topic || (places && offset < places.first)) return;
    const number = places?.at(offset);
    if (number === undefined)
      this.problem(`a failure ${stage}/${code} of ${topic}[${partition}] at ${offset}, where nothing of ours stands`);
    else this.written(number, failure(stage, code), `failure ${stage}/${code}`);
  }

  /** Whether nothing more need come: everything that must be written was, at least once. */
  get complete(): boolean {
    for (let number = 0; number < this.produced; number++)
      if (this.seen[number] === 0 && !leavesNothing(this.expected[number] as Expected)) return false;
    return true;
  }

  summary(): Summary {
    let events = 0;
    let skipped = 0;
    let duplicates = 0;
    let unaccounted = this.wrong;
    const failures: Record<string, number> = {};
    for (let number = 0; number < this.produced; number++) {
      const expected = this.expected[number] as Expected;
      const seen = this.seen[number] as number;
      if (seen !== (leavesNothing(expected) ? 0 : 1) || this.wrongRecords.has(number)) {
        unaccounted += 1;
        continue;
      }
      const outcome = outcomes[expected];
      if (outcome?.kind === 'event') events += 1;
      else if (outcome?.kind === 'failure') failures[outcome.code] = (failures[outcome.code] ?? 0) + 1;
      else if (outcome?.kind === 'duplicate') duplicates += 1;
      else skipped += 1;
    }
    return { produced: this.produced, events, failures, skipped, duplicates, unaccounted };
  }

  /** What is not accounted for, in sentences; of many the first. */
  problems(): readonly string[] {
    const problems = [...this.told];
    for (let number = 0; number < this.produced && problems.length < problemsMax; number++) {
      const expected = this.expected[number] as Expected;
      const seen = this.seen[number] as number;
      const subject = `sample ${number} (${this.placeText(number)}, expected: ${outcomeText(expected)})`;
      if (seen === 0 && !leavesNothing(expected) && !this.wrongRecords.has(number))
        problems.push(`${subject} is missing`);
      else if (seen > 1)
        problems.push(`${subject} was written ${seen === seenMax ? `${seen} times or more` : `${seen} times`}`);
    }
    return problems;
  }

  private written(number: number, outcome: Expected, text: string): void {
    const seen = this.seen[number] as number;
    this.seen[number] = Math.min(seen + 1, seenMax);
    const expected = this.expected[number] as Expected;
    if (outcome === expected) return;
    this.wrongRecords.add(number);
    this.tell(`sample ${number} (${this.placeText(number)}, expected: ${outcomeText(expected)}) became: ${text}`);
  }

  private problem(what: string): void {
    this.wrong += 1;
    this.tell(what);
  }

  private tell(sentence: string): void {
    if (this.told.length < problemsMax) this.told.push(sentence);
  }

  private placeText(number: number): string {
    for (const [partition, places] of this.partitions) {
      const offset = places.offsetOf(number);
      if (offset !== undefined) return `${this.topic}[${partition}] at ${offset}`;
    }
    return 'nowhere';
  }
}

/** The sample numbers of one partition, by offset. */
class Places {
  private numbers = new Int32Array(1_024);
  private count = 0;

  constructor(readonly first: number) {}

  add(number: number, offset: number): void {
    if (offset !== this.first + this.count)
      throw new Error(
        `Cannot account for offset ${offset} as ${this.first + this.count} is next: another producer writes there too`,
      );
    if (this.count === this.numbers.length) {
      const longer = new Int32Array(2 * this.count);
      longer.set(this.numbers);
      this.numbers = longer;
    }
    this.numbers[this.count++] = number;
  }

  at(offset: number): number | undefined {
    return offset >= this.first && offset < this.first + this.count ? this.numbers[offset - this.first] : undefined;
  }

  offsetOf(number: number): number | undefined {
    // Numbers rise with offsets.
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.numbers[middle] as number) < number) low = middle + 1;
      else high = middle;
    }
    return low < this.count && this.numbers[low] === number ? this.first + low : undefined;
  }
}

const larger = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
  const result = new Uint8Array(2 * bytes.length);
  result.set(bytes);
  return result;
};
