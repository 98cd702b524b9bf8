/**
 * Looks after the tables of a store that is open. LevelDB maps them into memory and compares no checksums: a table that was
 * shortened would end the process at the first read behind its end (SIGBUS), and one that rots would be orders nobody has heard
 * of, or end the process when tables are merged. So their lengths are compared before reads, and one after the other is read
 * whole, each in about a hundredth of the time. Between two looks what is broken may still end the process, as a kill -9
 * would; the next start sets the store aside.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Torn } from './reason';
import { checkTable, tablesOf } from './tables';

/**
 * A hundred times what it costs. Not what it was seen to take: where others keep us waiting, that would be long, and so would the
 * time in which nobody looks.
 */
const pauseMs = { lengthOfOne: 0.3, wholeTable: 1_000 };

export class TableWatch {
  /** As they were first seen; a table does not become shorter, whether it is being written or is complete. */
  private readonly lengths = new Map<string, number>();
  /** Still to be read in this round. */
  private unread: string[] = [];

  /** From when it was opened on. */
  static async begin(directory: string): Promise<TableWatch> {
    const watch = new TableWatch(directory);
    await watch.compareLengths();
    return watch;
  }

  /** @param now A monotonous clock, ms. */
  constructor(
    private readonly directory: string,
    now: () => number = () => performance.now(),
  ) {
    this.compareLengths = seldom(
      this.compareLengths.bind(this),
      () => pauseMs.lengthOfOne * (1 + this.lengths.size),
      now,
    );
    this.readOne = seldom(this.readOne.bind(this), () => pauseMs.wholeTable, now);
  }

  /** @throws Torn. Most calls do nothing. */
  async compareLengths(): Promise<void> {
    const names = tablesOf(this.directory);
    for (const name of names) {
      const length = statSync(join(this.directory, name), { throwIfNoEntry: false })?.size;
      if (length === undefined) continue; // merged into another meanwhile
      if (length < (this.lengths.get(name) ?? 0)) throw new Torn(`table ${name} was shortened`);
      this.lengths.set(name, length);
    }
    if (this.lengths.size > 2 * names.length) {
      const there = new Set(names);
      for (const name of this.lengths.keys()) if (!there.has(name)) this.lengths.delete(name);
    }
  }

  /** The next table. @throws Torn. Most calls do nothing. */
  async readOne(): Promise<void> {
    if (this.unread.length === 0) this.unread = tablesOf(this.directory);
    const name = this.unread.pop();
    if (name !== undefined && (await checkTable(join(this.directory, name))) === 'damaged')
      throw new Torn(`table ${name} is damaged`);
  }
}

/** Does nothing until its pause has passed. */
const seldom = (act: () => Promise<void>, pause: () => number, now: () => number): (() => Promise<void>) => {
  let next = Number.NEGATIVE_INFINITY;
  return async () => {
    if (now() < next) return;
    await act();
    next = now() + pause();
  };
};
