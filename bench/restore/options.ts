/** The options of `npm run bench -- restore`. */
import { parseArgs } from 'node:util';
import { whole } from '../options';

export interface RestoreOptions {
  readonly ledgers: number;
  readonly partitions: number;
  readonly rounds: number;
  readonly json: boolean;
}

export const usage = `npm run bench -- restore [options]

  --ledgers N        orders in the changelog (default 1000000)
  --partitions N     lanes they are spread over, all opened by one process (default 4)
  --rounds N         times each way is measured; the median counts (default 3)
  --json             the result as one line of JSON, the last one
  --help             this text`;

/** Throws with a sentence; undefined where only help was asked for. */
export const restoreOptionsOf = (args: readonly string[]): RestoreOptions | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ledgers: { type: 'string', default: '1000000' },
      partitions: { type: 'string', default: '4' },
      rounds: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    ledgers: whole('ledgers', values.ledgers),
    partitions: whole('partitions', values.partitions),
    rounds: whole('rounds', values.rounds),
    json: values.json,
  };
};
