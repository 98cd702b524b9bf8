/**
 * Lanes over TLS with an authority of our own and a login by SCRAM-SHA-512, as a user who may do what a run needs and nothing
 * else: the whole contract, and then each right taken away.
 */
import { defer, first, firstValueFrom, repeat } from 'rxjs';
import { rightsToRun } from '../../../commands/rights/needed';
import { openCluster } from '../../../connectors/kafka/client';
import { reachCluster } from '../../../connectors/kafka/preflight';
import { mayWriteAs } from '../../../connectors/kafka/rights/ask';
import { lackingRights } from '../../../connectors/kafka/rights/lacking';
import { type Right, rightText } from '../../../connectors/kafka/rights/right';
import { LaneTransactions } from '../../../connectors/kafka/transaction';
import { errorType, isFatal } from '../../../connectors/kafka/wire';
import { type Stack, startStack } from '../../../dev/stack';
import { startPosition } from '../../../pipeline/batch';
import { Failure, Rejection } from '../../../pipeline/failure';
import { unremembered } from '../../../pipeline/settlement';
import { loaded } from '../../commands/rights/settings';
import { laneContract } from '../../contract/lanes';
import { orderEvent } from '../../records';
import { connectionAs, grant, revoke } from '../../stack/secured';
import { connect, kafkaSubject, type SubjectNames } from './subject';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ security: true, registry: false, brokerSettings: { 'log.retention.ms': '-1' } });
});
afterAll(() => stack.stop());

const rightsOf = ({ group, inbox, sources, topics }: SubjectNames): readonly Right[] => {
  const named = Object.entries({ ...topics, inbox, sources: sources.join(',') });
  const given = Object.fromEntries(named.map(([name, topic]) => [`topics.${name}`, topic]));
  return rightsToRun(loaded({ ...given, 'kafka.group': group }));
};

/** Lanes are the pipeline's user's; an administrator makes topics and produces. */
const secured = () =>
  kafkaSubject(connect(connectionAs('pipeline', stack)), undefined, {
    scenery: {
      admin: connect(connectionAs('orders', stack)),
      brokers: stack.brokers,
      ready: names => grant(stack, 'pipeline', rightsOf(names)),
    },
  });

laneContract('lanes of Kafka by SASL_SSL, with the rights of a run', secured);

/** Reads of every source and what it remembers, and writes all that a lane writes, in one transaction. */
const live = async (kafka: Awaited<ReturnType<typeof secured>>) => {
  const topics = [...kafka.sources, kafka.inbox];
  const bytes = { key: Buffer.from('A'), value: Buffer.from('a'), headers: [], timestamp: 1_767_225_600_000 };
  await kafka.produce(topics.map(topic => ({ topic, partition: 0, ...bytes })));
  const opened = await kafka.open(0, { sources: topics });
  try {
    const batch = await firstValueFrom(
      defer(() => opened.lane.pull()).pipe(
        repeat(),
        first(({ outcomes }) => outcomes.length > 0), // an empty batch is time
      ),
    );
    const { source } = batch.outcomes[0]!;
    const failure = new Failure('map', new Rejection('no_items', 'Cannot map'), source);
    const summary = { window_start: 0, window_end: 1, lane: 0, currency: 'EUR', actions: [], failures: {} };
    const settlement = unremembered({ ...batch, outcomes: [{ source, value: orderEvent('A') }, failure] });
    const changes = new Map([['A', { newest: 1, ledger: null, waiting: [], windows: [] }]]);
    await firstValueFrom(opened.write({ ...settlement, summaries: [summary], changes }));
  } finally {
    await opened.close();
  }
};

describe('each right of a run is needed: with Describe in its place, a lane is refused', () => {
  let kafka: Awaited<ReturnType<typeof secured>>;
  beforeAll(async () => {
    kafka = await secured();
    await live(kafka);
  });

  const named = { group: 'G', inbox: 'G.inbox', sources: ['orders', 'refunds'] } as const;
  const topics = { events: 'events', failures: 'failures', summaries: 'summaries', state: 'G.state' };
  const rows = rightsOf({ ...named, topics }).map((right, index) => ({ index, right: rightText(right) }));

  test.each(rows)('$right', async ({ index }) => {
    const right = rightsOf(kafka)[index]!;
    const instead = { ...right, operation: 'Describe' } as const;
    await grant(stack, 'pipeline', [instead]);
    await revoke(stack, 'pipeline', [right]);
    const error = await live(kafka).catch(reason => reason);
    await grant(stack, 'pipeline', [right]);
    await revoke(stack, 'pipeline', [instead]);
    expect(errorType(error)).toMatch(/^(TOPIC|GROUP|TRANSACTIONAL_ID)_AUTHORIZATION_FAILED$/);
    expect(isFatal(error)).toBe(true);
  });

  test('and with all given back it is not', () => live(kafka));
});

describe('asking for rights', () => {
  test('ends no transaction that is at work', async () => {
    const kafka = await secured();
    const cluster = await openCluster(connect(connectionAs('pipeline', stack)));
    await cluster.addMultipleTargetTopics([kafka.topics.events]);
    const transactionalId = `${kafka.group}-0`;
    const { group } = kafka;
    const transactions = new LaneTransactions(cluster, {
      transactionalId,
      group,
      partition: 0,
      timeoutMs: 30_000,
      compression: 'none',
      outputs: new Map([[kafka.topics.events, 1]]),
    });
    await transactions.fence();
    transactions.writer(kafka.topics.events, 0).append(null, Buffer.from('A'), [], 0);
    await transactions.flush(kafka.topics.events, 0);
    expect(await mayWriteAs(cluster, transactionalId)).toBe(true);
    await transactions.commit(startPosition(new Map([[kafka.sources[0], 0n]])));
    await cluster.disconnect();
    expect((await kafka.visible()).events).toEqual(['A']);
  });

  test('finds a lane whose transactional id was forgotten', async () => {
    const kafka = await secured();
    const rights = rightsOf(kafka);
    const byBeginning = rights.at(-1)!;
    await revoke(stack, 'pipeline', [byBeginning]);
    const cluster = await reachCluster(connect(connectionAs('pipeline', stack)));
    const lacking = () => lackingRights(cluster, rights);
    // Of two lanes the first.
    const id = (lane: number) => ({ ...byBeginning, name: `${byBeginning.name}${lane}` });
    await grant(stack, 'pipeline', [id(0)]);
    expect(await lacking()).toEqual([byBeginning]);
    await grant(stack, 'pipeline', [id(1)]);
    expect(await lacking()).toEqual([]);
    // No lane has a number that only an output has.
    const admin = connect(connectionAs('orders', stack)).admin();
    await admin.connect();
    await admin.createPartitions({ topicPartitions: [{ topic: kafka.topics.events, count: 5 }] });
    await admin.disconnect();
    expect(await lacking()).toEqual([]);
    await cluster.disconnect();
  });
});
