/** The options of `npm run bench`, the comparison. */
import { parseArgs } from 'node:util';

export interface Options {
  readonly orders: number;
  readonly partitions: number;
  readonly rounds: number;
  /** Names of subjects, in the order in which they run. */
  readonly subjects: readonly string[];
  readonly compression: string;
  readonly json: boolean;
}

export const usage = `npm run bench -- [options]

  --orders N         orders in the source topic (default 500000)
  --partitions N     of source and output topics (default 4)
  --rounds N         runs of each subject, in turn; the median counts (default 3)
  --subjects A,B     of odp-orders-1, -2 (by number of processes), odp-orders-ledger-1 (with ledger and changelog),
                     odp-orders-windows-1, -2 (with windows as well), kafka-streams-1, -2 (by number of threads),
                     kafka-streams-windows-1, -2; default: all
  --compression C    codec of the outputs, of all subjects: none, gzip, snappy, lz4, zstd (default none)
  --json             the result as one line of JSON, the last one
  --help             this text

npm run bench -- restore --help   how quickly lanes have their orders back
npm run bench -- lanes --help     rate and latency by the number of lanes`;

/** Throws with a sentence; undefined where only help was asked for. */
export const optionsOf = (args: readonly string[], known: readonly string[]): Options | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      orders: { type: 'string', default: '500000' },
      partitions: { type: 'string', default: '4' },
      rounds: { type: 'string', default: '3' },
      subjects: { type: 'string', default: known.join(',') },
      compression: { type: 'string', default: 'none' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const subjects = values.subjects.split(',');
  const unknown = subjects.filter(subject => !known.includes(subject));
  if (unknown.length > 0)
    throw new Error(`Cannot measure ${unknown.join(', ')} as --subjects must be of ${known.join(', ')}.`);
  return {
    orders: whole('orders', values.orders),
    partitions: whole('partitions', values.partitions),
    rounds: whole('rounds', values.rounds),
    subjects,
    compression: values.compression,
    json: values.json,
  };
};

export const whole = (name: string, text: string): number => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Error(`Cannot use --${name} ${text} as it must be a whole number above 0.`);
};
