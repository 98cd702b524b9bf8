/** What a repartitioning has done so far, in sums and in words. */
import type { Copied } from '../../connectors/kafka/repartition/writer';
import type { RepartitionOptions } from './command';

export class Tally {
  records = 0;
  moved = 0;
  rekeyed = 0;
  withoutKey = 0;
  readonly kept = new Map<string, number>();

  add({ records, moved, rekeyed, withoutKey, kept }: Copied): void {
    this.records += records;
    this.moved += moved;
    this.rekeyed += rekeyed;
    this.withoutKey += withoutKey;
    for (const [code, count] of kept) this.kept.set(code, (this.kept.get(code) ?? 0) + count);
  }
}

export interface Ending {
  readonly options: RepartitionOptions;
  readonly tally: Tally;
  /** Records (and markers) before the end as it was at the start; undefined where nobody could say. */
  readonly left: number | undefined;
  readonly seconds: number;
}

export const asJson = ({ options: { from, to, key }, tally, left, seconds }: Ending): string => {
  const { records, moved, rekeyed, withoutKey, kept } = tally;
  return JSON.stringify({
    from,
    to,
    key,
    records,
    moved,
    rekeyed,
    without_key: withoutKey,
    kept: Object.fromEntries(kept),
    left: left ?? null,
    seconds,
  });
};

export const asLines = ({ options: { from, to }, tally, left, seconds }: Ending): string => {
  const { records, moved, rekeyed, withoutKey, kept } = tally;
  const lines = [
    `copied ${records} records of ${from} to ${to} in ${seconds} s: ${moved} of them to another partition number, ${rekeyed} with another key`,
  ];
  if (withoutKey > 0) lines.push(`${withoutKey} have no key: they stay on the partition of their number`);
  if (kept.size > 0)
    lines.push(
      `no order id could be read from ${[...kept].map(([code, count]) => `${count} (${code})`).join(', ')}: they keep their key`,
    );
  if (left !== undefined && left > 0) lines.push(`${left} are left: start again to go on`);
  return lines.join('\n');
};
