/** The options of `npm run bench -- lanes`. */
import { parseArgs } from 'node:util';
import { whole } from '../options';

export interface LanesOptions {
  readonly lanes: readonly number[];
  /** Facts a second, steadily. */
  readonly rate: number;
  readonly seconds: number;
  /** Of the run at full speed. */
  readonly orders: number;
  readonly json: boolean;
}

export const usage = `npm run bench -- lanes [options]

  --lanes A,B        numbers of partitions, all in one process (default 4,16,64)
  --rate N           facts a second while latency is measured (default 5000)
  --seconds N        how long it is measured, after a warm-up (default 30)
  --orders N         orders that wait when the run at full speed begins (default 500000)
  --json             the result as one line of JSON, the last one
  --help             this text`;

/** Throws with a sentence; undefined where only help was asked for. */
export const lanesOptionsOf = (args: readonly string[]): LanesOptions | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      lanes: { type: 'string', default: '4,16,64' },
      rate: { type: 'string', default: '5000' },
      seconds: { type: 'string', default: '30' },
      orders: { type: 'string', default: '500000' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    lanes: values.lanes.split(',').map(count => whole('lanes', count)),
    rate: whole('rate', values.rate),
    seconds: whole('seconds', values.seconds),
    orders: whole('orders', values.orders),
    json: values.json,
  };
};
