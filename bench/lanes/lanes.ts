/**
 * `npm run bench -- lanes`: what becomes of rate and latency as one process has more lanes. Each batch is a transaction, and
 * kafka.transactions_per_second_max bounds those of a process: with more lanes batches should grow, and nothing else.
 */
import type { Stack } from '../../dev/stack';
import { onStack, say } from '../program';
import { columns } from '../report';
import { type FullSpeed, runAtFullSpeed } from './full-speed';
import { type LanesOptions, lanesOptionsOf, usage } from './options';
import { runSteadily, type Steadily } from './steadily';

export const lanes = async (args: readonly string[]): Promise<void> => {
  const options = lanesOptionsOf(args);
  if (!options) return void process.stdout.write(`${usage}\n`);
  await onStack({ tuned: true, brokerHeapMb: 1024 }, stack => measure(options, stack));
};

interface Result {
  readonly lanes: number;
  readonly steadily: Steadily;
  readonly fullSpeed: FullSpeed;
}

const measure = async ({ lanes, rate, seconds, orders, json }: LanesOptions, stack: Stack): Promise<void> => {
  const results: Result[] = [];
  for (const count of lanes) {
    const steadily = await runSteadily(stack, count, rate, seconds);
    say(`${count} lanes at ${steadily.recordsPerSecond} records/s: p99 ${steadily.p99Ms} ms`);
    const fullSpeed = await runAtFullSpeed(stack, count, orders);
    say(`${count} lanes at full speed: ${fullSpeed.recordsPerSecond} records/s`);
    results.push({ lanes: count, steadily, fullSpeed });
  }
  process.stdout.write(`${tableOf(results)}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ rate, seconds, orders, results })}\n`);
};

const tableOf = (results: readonly Result[]): string =>
  [
    'steadily',
    ...columns([
      ['lanes', 'records/s', 'transactions/s', 'records each', 'p50 ms', 'p99 ms', 'most ms', 'CPU %'],
      ...results.map(({ lanes, steadily }) => [lanes, ...Object.values(steadily)].map(String)),
    ]),
    '',
    'at full speed',
    ...columns([
      ['lanes', 'records/s', 'transactions/s', 'records each', 'µs CPU/record', 'peak MB'],
      ...results.map(({ lanes, fullSpeed }) => [lanes, ...Object.values(fullSpeed)].map(String)),
    ]),
  ].join('\n');
