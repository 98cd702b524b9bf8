/**
 * A lane over a real topic whose writer manages 100 records a second: prints the process' peak memory in MB after so many
 * seconds. A process of its own, as its memory is what is asked for. `slow.js BROKERS TOPIC GROUP SECONDS`
 */
import { readFileSync } from 'node:fs';
import { concatMap, delay, of } from 'rxjs';
import { connectKafka } from '../../../connectors/kafka/client';
import { limiter } from '../../../connectors/kafka/limiter';
import { openLane } from '../../../connectors/kafka/open';
import { paced } from '../../../pipeline/paced';

const main = async ([brokers = '', topic = '', group = '', seconds = '15']: readonly string[]) => {
  const connection = {
    brokers: brokers.split(','),
    clientId: 'slow',
    connectionTimeoutMs: 10_000,
    requestTimeoutMs: 30_000,
  };
  const kafka = connectKafka(connection, () => () => {});
  const nothing = Buffer.alloc(0);
  const encoding = () => ({
    event: () => nothing,
    failure: () => nothing,
    summary: () => nothing,
    eventHeaders: () => [],
    failureHeaders: () => [],
  });
  const settings = {
    lane: {
      group,
      sources: [topic],
      inbox: 'none',
      startFrom: 'earliest' as const,
      acceptReset: false,
      restorePosition: false,
      fetchBytesMax: 1_048_576,
      fetchWaitMaxMs: 500,
      batchRecordsMax: 2_500,
      idleTimeoutMs: 10_000,
      transactionTimeoutMs: 60_000,
      recordBytesMax: 1_000_000,
      compression: 'none' as const,
    },
    topics: { events: topic, failures: topic, summaries: topic, state: topic },
    partitions: { sources: 4, events: 4, failures: 4, summaries: 4 },
    state: { retentionMs: 1_000_000, settings: '' },
  };
  let pulled = 0;
  for (const id of [0, 1, 2, 3]) {
    const { lane } = await openLane({ kafka, encoding, limiter: limiter(100), state: null }, settings, id);
    paced(
      () => lane.pull(),
      batches =>
        batches.pipe(
          concatMap(batch => {
            pulled += batch.outcomes.length;
            return of(batch).pipe(delay(batch.outcomes.length * 10));
          }),
        ),
    ).subscribe();
  }
  await new Promise(resolve => setTimeout(resolve, Number(seconds) * 1_000));
  const peakKb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  process.stdout.write(`${JSON.stringify({ peakMb: Math.round(peakKb / 1024), pulled })}\n`, () => process.exit());
};

void main(process.argv.slice(2));
