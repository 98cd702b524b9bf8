/**
 * `npm run bench -- restore`: how quickly lanes have their orders back, and how much memory that takes. A changelog is filled once;
 * then processes open its lanes: with a store on disk from nothing, with the store that the one before left, and in memory.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from '../../dev/stack';
import { fillChangelog } from '../changelog';
import { diskMb } from '../disk';
import { median } from '../measure';
import { onStack, say } from '../program';
import { columns } from '../report';
import { setScene } from '../scene';
import { type Opening, openOnce } from './opening';
import { type RestoreOptions, restoreOptionsOf, usage } from './options';

export const restore = async (args: readonly string[]): Promise<void> => {
  const options = restoreOptionsOf(args);
  if (!options) return void process.stdout.write(`${usage}\n`);
  await onStack({ tuned: true, brokerHeapMb: 1024 }, stack => measure(options, stack));
};

const measure = async (options: RestoreOptions, stack: Stack): Promise<void> => {
  const { partitions, rounds, ledgers: orders } = options;
  const scene = await setScene(stack, { group: 'bench-restore', partitions });
  const { env } = scene;
  await scene.close();
  const begunAt = performance.now();
  const newest = Date.now();
  const placedAt = (index: number) => newest - (orders - index) * 10;
  const meanBytes = (await fillChangelog(scene, orders, placedAt)) / orders;
  say(`${orders} states of ${meanBytes.toFixed(0)} bytes in ${seconds(performance.now() - begunAt)} s`);

  const directory = join(stack.directory, 'state');
  const onDisk = { ...env, ODP_ORDERS_STATE_STORE: 'level', ODP_ORDERS_STATE_DIR: directory };
  const ways: Record<string, Opening[]> = { 'to disk': [], 'from disk': [], 'to memory': [] };
  let storedMb = 0;
  for (let round = 1; round <= rounds; round++) {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory);
    ways['to disk']?.push(await openOnce(onDisk));
    storedMb = diskMb(directory);
    ways['from disk']?.push(await openOnce(onDisk));
    ways['to memory']?.push(await openOnce({ ...env, ODP_ORDERS_STATE_STORE: 'memory' }));
    for (const [way, openings] of Object.entries(ways))
      say(`round ${round}: ${way} ${seconds(openings.at(-1)?.openMs ?? 0)} s`);
  }
  const results = Object.entries(ways).map(([way, openings]) => ({ way, ...medians(openings, orders) }));
  process.stdout.write(`${tableOf(results)}\n`);
  if (options.json)
    process.stdout.write(`${JSON.stringify({ ledgers: orders, partitions, meanBytes, storedMb, results })}\n`);
};

const seconds = (ms: number) => (ms / 1000).toFixed(2);

interface Result {
  readonly way: string;
  readonly seconds: number;
  readonly ledgersPerSecond: number;
  readonly peakRssMb: number;
  readonly peakAnonMb: number;
  readonly restAnonMb: number;
}

const medians = (openings: readonly Opening[], orders: number): Omit<Result, 'way'> => {
  const of = (figure: (opening: Opening) => number) => median(openings.map(figure));
  const tookMs = of(({ openMs }) => openMs);
  return {
    seconds: Number(seconds(tookMs)),
    ledgersPerSecond: Math.round((orders * 1000) / tookMs),
    peakRssMb: Math.round(of(({ peak }) => peak.rssMb)),
    peakAnonMb: Math.round(of(({ peak }) => peak.anonMb)),
    restAnonMb: Math.round(of(({ rest }) => rest.anonMb)),
  };
};

const tableOf = (results: readonly Result[]): string =>
  columns([
    ['', 'seconds', 'ledgers/s', 'peak RSS MB', 'peak anonymous MB', 'then MB'],
    ...results.map(({ way, ...figures }) => [
      way,
      ...Object.values(figures).map(figure => figure.toLocaleString('en')),
    ]),
  ]).join('\n');
