/** How long it takes from a fact on its topic to its event, committed, at a rate that is far from the limit. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Stack } from '../../dev/stack';
import { percentile } from '../measure';
import { lastLines } from '../observe';
import { ofMode, startOdpOrders } from '../odp-orders';
import { orderAt } from '../orders';
import { cpuMicros } from '../process';
import { setScene } from '../scene';
import { putSteadily } from '../steady';
import { readArrivals } from './arrivals';

export interface Steadily {
  readonly recordsPerSecond: number;
  readonly transactionsPerSecond: number;
  readonly recordsPerTransaction: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
  /** Of one core. */
  readonly cpuPercent: number;
}

/** Many lanes share the transactions of a process: each waits for its turn. */
const secondsBehindMax = 5;
const startedWithinMs = 60_000;
const warmUpMs = 10_000;

export const runSteadily = async (stack: Stack, lanes: number, rate: number, seconds: number): Promise<Steadily> => {
  const scene = await setScene(stack, { group: `bench-steady-${lanes}`, partitions: lanes, env: ofMode.ledger });
  const directory = join(stack.directory, `steady-${lanes}`);
  mkdirSync(directory);
  const running = startOdpOrders(directory, scene.env);
  const sentAt: number[] = [];
  let latencies: number[] = [];
  const arrivals = await readArrivals(scene, orderId => {
    const sent = sentAt[Number(orderId.slice('SO-1'.length))];
    if (sent !== undefined) latencies.push(performance.now() - sent);
  });
  const steady = await putSteadily(scene, rate, (number, now) => {
    sentAt.push(performance.now());
    return { kind: 'placed', ...orderAt(number, now) };
  });
  const measured = async (): Promise<Steadily> => {
    const deadline = performance.now() + startedWithinMs;
    while (steady.sent() - arrivals.events() > secondsBehindMax * rate || arrivals.events() === 0) {
      if (running.pid() === undefined || performance.now() > deadline)
        throw new Error(`Cannot measure ${lanes} lanes as they do not keep up. They said:\n${lastLines(running.log)}`);
      await wait(100);
    }
    await wait(warmUpMs);
    const pid = running.pid() ?? 0;
    const look = () => ({ at: performance.now(), cpu: cpuMicros(pid), transactions: arrivals.transactions() });
    const before = look();
    latencies = [];
    await wait(seconds * 1000);
    const after = look();
    const all = latencies;
    const passed = (after.at - before.at) / 1000;
    const transactions = after.transactions - before.transactions;
    return {
      recordsPerSecond: Math.round(all.length / passed),
      transactionsPerSecond: Math.round(transactions / passed),
      recordsPerTransaction: Math.round(all.length / transactions),
      p50Ms: Math.round(percentile(all, 0.5)),
      p99Ms: Math.round(percentile(all, 0.99)),
      mostMs: Math.round(percentile(all, 1)),
      cpuPercent: Math.round((after.cpu - before.cpu) / passed / 10_000),
    };
  };
  try {
    const work = measured();
    return await Promise.race([work, steady.ended.then(() => work), arrivals.ended.then(() => work)]);
  } finally {
    await steady.stop().catch(() => {}); // the first error says more
    await arrivals.stop().catch(() => {});
    await running.stop();
    await scene.close();
  }
};
