/**
 * Looks after the tables of a store that is open. LevelDB compares no checksums as it reads them: one that rots would be orders
 * nobody has heard of, or end the process when tables are merged. So one after the other is read whole, in about a hundredth of
 * the time. (One that was shortened is an error of LevelDB's when it is read: unmapped.ts.)
 */
import { join } from 'node:path';
import { Torn } from './reason';
import { checkTable, tablesOf } from './tables';

/**
 * A hundred times what it costs. Not what it was seen to take: where others keep us waiting, that would be long, and so would the
 * time in which nobody looks.
 */
const pauseMs = 1_000;

export class TableWatch {
  /** Still to be read in this round. */
  private unread: string[] = [];
  private next = Number.NEGATIVE_INFINITY;

  /** @param now A monotonous clock, ms. */
  constructor(
    private readonly directory: string,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The next table. @throws Torn. Most calls do nothing. */
  async readOne(): Promise<void> {
    if (this.now() < this.next) return;
    if (this.unread.length === 0) this.unread = tablesOf(this.directory);
    const name = this.unread.pop();
    if (name !== undefined && (await checkTable(join(this.directory, name))) === 'damaged')
      throw new Torn(`table ${name} is damaged`);
    this.next = this.now() + pauseMs;
  }
}
