/**
 * `npm run bench`: how many orders a second we transform, exactly once, and at which cost, beside Kafka Streams doing the
 * same job on the same broker and machine in the same minutes. The source is filled once; then the subjects run in turn, some
 * rounds; after each round their outputs are compared, key by key. All of it ends with this process.
 */
import { existsSync } from 'node:fs';
import { connectKafka } from '../connectors/kafka/client';
import { type Stack, startStack } from '../dev/stack';
import { kafkaStreams } from './kafka-streams';
import { odpOrders } from './odp-orders';
import { type Options, optionsOf, usage } from './options';
import { verifyOutputs } from './outputs';
import { type Round, reportOf, tableOf } from './report';
import { createTopics, type Place, runOnce } from './round';
import { fillSource } from './source';

const known = [
  odpOrders(1, 'stateless'),
  odpOrders(2, 'stateless'),
  odpOrders(1, 'windows'),
  odpOrders(2, 'windows'),
  kafkaStreams(1),
  kafkaStreams(2),
];
const sourceTopic = 'commerce.orders';

const bench = async (options: Options, stack: Stack): Promise<void> => {
  const { brokers } = stack;
  const timeouts = { connectionTimeoutMs: 10_000, requestTimeoutMs: 30_000 };
  const kafka = connectKafka({ brokers, clientId: 'bench', ...timeouts }, () => () => undefined);
  const admin = kafka.admin();
  await admin.connect();
  try {
    await createTopics(admin, [sourceTopic], options.partitions);
    const source = await fillSource(kafka, stack.registryUrl, sourceTopic, options.orders);
    say(`${source.orders} orders of ${source.meanValueBytes.toFixed(1)} bytes on ${options.partitions} partitions`);
    const place: Place = { ...options, ...stack, admin, kafka, source };

    const subjects = known.filter(({ name }) => options.subjects.includes(name));
    const rounds = new Map<string, Round[]>(subjects.map(({ name }) => [name, []]));
    for (let number = 1; number <= options.rounds; number++) {
      const events: string[] = [];
      // Each is first in its turn: what the machine does meanwhile, and what it remembers, is fair to all.
      for (let turn = 0; turn < subjects.length; turn++) {
        const subject = subjects[(turn + number - 1) % subjects.length];
        if (!subject) continue;
        const { events: topic, ...round } = await runOnce(subject, number, place);
        rounds.get(subject.name)?.push(round);
        events.push(topic);
        say(
          `round ${number}: ${subject.name} ${Math.round(round.recordsPerSecond)} records/s, ${round.cpuMicrosPerRecord.toFixed(1)} µs CPU a record`,
        );
      }
      const judged = await verifyOutputs(brokers, events, options.orders);
      const decoded = judged.reduce((sum, { decodedEqual }) => sum + decodedEqual, 0);
      say(`round ${number}: equal outputs${decoded > 0 ? `, ${decoded} of them in other bytes` : ', byte by byte'}`);
      await admin.deleteTopics({ topics: events });
    }

    const report = reportOf([...rounds].map(([name, rounds]) => ({ name, rounds })));
    process.stdout.write(`${tableOf(report)}\n`);
    const { orders, partitions, compression } = options;
    if (options.json)
      process.stdout.write(
        `${JSON.stringify({ ...report, orders, partitions, compression, meanValueBytes: source.meanValueBytes })}\n`,
      );
  } finally {
    await admin.disconnect();
  }
};

const say = (text: string) => process.stderr.write(`${text}\n`);

/** Rejects at Ctrl-C and its like, so that all is cleaned up as after any other error. */
const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => reject(new Error(`Ended by ${signal}.`)));
});

const main = async (): Promise<void> => {
  const names = known.map(({ name }) => name);
  const options = optionsOf(process.argv.slice(2), names);
  if (!options) return void process.stdout.write(`${usage}\n`);
  if (!existsSync('/proc/self/stat'))
    throw new Error('Cannot measure CPU and memory on this machine as it has no /proc: run the benchmark on Linux.');
  const stack = await startStack({ tuned: true, brokerHeapMb: 1024 });
  try {
    await Promise.race([bench(options, stack), interrupted]);
  } finally {
    await stack.stop();
  }
};

main().then(
  () => process.exit(),
  error => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
