/** The options of `npm run soak`. */
import { parseArgs } from 'node:util';
import { whole } from '../options';

export interface SoakOptions {
  readonly minutes: number;
  /** Facts a second. */
  readonly rate: number;
  /** Known before the first fact, and about as many at any later time. */
  readonly orders: number;
  readonly partitions: number;
  /** Above 0: not the long run, but so many rebalances. */
  readonly rebalances: number;
  /** The file that keeps the samples. */
  readonly csv: string;
  readonly json: boolean;
}

export const usage = `npm run soak -- [options]

  --minutes N        how long facts come, after the state was restored (default 60)
  --rate N           facts a second (default 5000; with --rebalances 500)
  --orders N         orders in the state before the first fact, and about as many ever after (default 5000000; with
                     --rebalances 20000)
  --partitions N     lanes, all of them in one process (default 4)
  --rebalances N     instead of the long run: a second member comes and goes until the group was dealt anew so many times
  --csv FILE         where the samples are kept (default soak.csv)
  --json             the result as one line of JSON, the last one
  --help             this text

Exits with 1 where a bound does not hold.`;

/** Throws with a sentence; undefined where only help was asked for. */
export const soakOptionsOf = (args: readonly string[]): SoakOptions | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '60' },
      rate: { type: 'string' },
      orders: { type: 'string' },
      partitions: { type: 'string', default: '4' },
      rebalances: { type: 'string' },
      csv: { type: 'string', default: 'soak.csv' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const rebalances = values.rebalances === undefined ? 0 : whole('rebalances', values.rebalances);
  return {
    minutes: whole('minutes', values.minutes),
    rate: whole('rate', values.rate ?? (rebalances > 0 ? '500' : '5000')),
    orders: whole('orders', values.orders ?? (rebalances > 0 ? '20000' : '5000000')),
    partitions: whole('partitions', values.partitions),
    rebalances,
    csv: values.csv,
    json: values.json,
  };
};
