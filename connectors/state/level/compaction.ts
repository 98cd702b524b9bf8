/**
 * What LevelDB would not merge for long, as it merges a level down when that is full, by bytes.
 *
 * A delete takes few, so millions of them lie above the states that they delete, and a store grows to several times of what is in it.
 * Whoever looks for what has expired goes through all orders again and again: what lies behind it is merged.
 *
 * And each time that it writes its memory out, the numbers of batches (batches.ts), before all orders, and what began or ceased to wait,
 * behind them, are tables of their own of some KB: hundreds a lane, each with a descriptor and its indices in memory.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { type Level, prefixes, type Range, rangeOf } from './open';

/** Merged at a time: some 15 MB, with what LevelDB has to merge besides less than a second. */
const ordersMax = 100_000;
/** Fewer are not worth it. */
const forgottenMin = 10_000;
/** Of the time that a merge took: lanes share the machine's cores and disk with it. */
const pauseShare = 9;

/** One at a time in a process: a call holds one of Node's four threads until it is done, and LevelDB merges with one anyway. */
let idle: Promise<unknown> = Promise.resolve();

const orders = rangeOf(prefixes.order);
const besideOrders = [rangeOf(prefixes.batch), rangeOf(prefixes.waiting)];

export class Compaction {
  private from = orders.gte;
  private passed = 0;
  private forgotten = 0;
  private sinceBeside = 0;
  private merging = false;

  constructor(private readonly level: Pick<Level, 'compactRange'>) {}

  /** An order was deleted. */
  forgot(): void {
    this.forgotten += 1;
  }

  /** @param count Orders that were looked at. @param to The last one's key; undefined: there are no more, it goes on from the front. */
  passes(count: number, to: Buffer | undefined): void {
    this.passed += count;
    this.sinceBeside += count;
    const ranges: Range[] = [];
    if (!this.merging && this.sinceBeside >= ordersMax) {
      this.sinceBeside = 0;
      ranges.push(...besideOrders);
    }
    if (to === undefined || (this.passed >= ordersMax && !this.merging)) {
      if (this.forgotten >= forgottenMin && !this.merging) {
        this.forgotten = 0;
        ranges.push({ gte: this.from, lt: to ?? orders.lt });
      }
      this.from = to ?? orders.gte;
      this.passed = 0;
    }
    if (ranges.length > 0) this.merge(ranges);
  }

  /** In the background. It fails only where the store was closed before its turn: what goes wrong on disk the next write tells. */
  private merge(ranges: readonly Range[]): void {
    this.merging = true;
    const merged = idle.then(async () => {
      const begun = performance.now();
      for (const { gte, lt } of ranges) await this.level.compactRange(gte, lt).catch(() => {});
      this.merging = false;
      return performance.now() - begun;
    });
    idle = merged.then(tookMs => wait(pauseShare * tookMs, undefined, { ref: false }));
  }
}
