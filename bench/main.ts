/**
 * `npm run bench`: how many orders a second we transform, exactly once, and at which cost, beside Kafka Streams doing the
 * same job on the same broker and machine in the same minutes. The source is filled once; then the subjects run in turn, some
 * rounds; after each round their outputs are compared, key by key. All of it ends with this process.
 */
import { connectKafka } from '../connectors/kafka/client';
import type { Stack } from '../dev/stack';
import { kafkaStreams } from './kafka-streams';
import { lanes } from './lanes/lanes';
import { odpOrders } from './odp-orders';
import { type Options, optionsOf, usage } from './options';
import { verifyOutputs } from './outputs';
import { onStack, runProgram, say } from './program';
import { type Round, reportOf, tableOf } from './report';
import { restore } from './restore/restore';
import { type Place, runOnce } from './round';
import { fillSource } from './source';
import { createTopics } from './topics';

const known = [
  odpOrders(1, 'stateless'),
  odpOrders(2, 'stateless'),
  odpOrders(1, 'ledger'),
  odpOrders(1, 'windows'),
  odpOrders(2, 'windows'),
  kafkaStreams(1, 'stateless'),
  kafkaStreams(2, 'stateless'),
  kafkaStreams(1, 'windows'),
  kafkaStreams(2, 'windows'),
];
const sourceTopic = 'commerce.orders';

const bench = async (options: Options, stack: Stack): Promise<void> => {
  const { brokers } = stack;
  const timeouts = { connectionTimeoutMs: 10_000, requestTimeoutMs: 30_000 };
  const kafka = connectKafka({ brokers, clientId: 'bench', ...timeouts }, () => () => undefined);
  const admin = kafka.admin();
  await admin.connect();
  try {
    await createTopics(admin, [{ topic: sourceTopic }], options.partitions);
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

const compare = async (args: readonly string[]): Promise<void> => {
  const names = known.map(({ name }) => name);
  const options = optionsOf(args, names);
  if (!options) return void process.stdout.write(`${usage}\n`);
  await onStack({ tuned: true, brokerHeapMb: 1024 }, stack => bench(options, stack));
};

/** What else can be measured, by its name as the first argument. */
const others: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = { restore, lanes };

runProgram(async () => {
  const [name = '', ...args] = process.argv.slice(2);
  await (others[name]?.(args) ?? compare(process.argv.slice(2)));
  return 0;
});
