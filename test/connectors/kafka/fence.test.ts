/** A fence: what is asked before it, what is said again behind it, and what is left to whoever comes after a crash in it. */
import { LaneTransactions } from '../../../connectors/kafka/transaction';
import { startPosition } from '../../../pipeline/batch';
import { answered, FakeCluster, type Known, names } from './fake';

const settings = {
  transactionalId: 'group-0',
  group: 'group',
  partition: 0,
  timeoutMs: 60_007,
  compression: 'none',
  outputs: new Map([
    ['events', 3],
    ['failures', 2],
  ]),
} as const;

const opened = (states: readonly Known[], undecided: readonly string[] = []) => {
  const cluster = new FakeCluster();
  cluster.states.push(...states);
  for (const partition of undecided) cluster.undecided.add(partition);
  return { cluster, transactions: new LaneTransactions(cluster, settings) };
};

const fenced = async (states: readonly Known[], undecided: readonly string[] = []) => {
  const { cluster, transactions } = opened(states, undecided);
  await transactions.fence();
  return cluster;
};

const timeouts = ({ requests }: FakeCluster) =>
  (requests.get('InitProducerId') as { transactionTimeout: number }[]).map(one => one.transactionTimeout);
const by = (producerEpoch: number) => ({ transactionalId: 'group-0', producerId: '7', producerEpoch });

const plain = 60_000;
const [sayingCommit, sayingAbort] = [59_991, 59_992];

test.each<[string, string, number, 'Commit' | 'Abort']>([
  ['that was committed', 'CompleteCommit', plain, 'Commit'],
  ['that is about to be committed', 'PrepareCommit', plain, 'Commit'],
  ['that was aborted', 'CompleteAbort', plain, 'Abort'],
  ['that is about to be aborted', 'PrepareAbort', plain, 'Abort'],
  ['whose commit is said again', 'CompleteCommit', sayingCommit, 'Commit'],
  ['whose commit somebody was about to say again', 'Empty', sayingCommit, 'Commit'],
  ['whose abort somebody was about to say again', 'Empty', sayingAbort, 'Abort'],
])('of a transaction %s (%s) the end is said again, then nothing is left of it', async (_, state, timeoutMs, said) => {
  const cluster = await fenced([[state, timeoutMs], ['PrepareCommit'], ['CompleteCommit']], ['failures/0', 'events/2']);
  expect(names(cluster)).toEqual([
    'DescribeTransactions',
    'InitProducerId',
    'AddOffsetsToTxn',
    'AddPartitionsToTxn',
    said,
    // Until all partitions are told.
    'DescribeTransactions',
    'DescribeTransactions',
    'InitProducerId',
  ]);
  expect(timeouts(cluster)).toEqual([said === 'Commit' ? sayingCommit : sayingAbort, plain]);
  const topics = [
    { topic: 'events', partitions: [2] },
    { topic: 'failures', partitions: [0] },
  ];
  expect(cluster.requests.get('AddPartitionsToTxn')).toEqual([{ ...by(3), topics }]);
  expect(cluster.requests.get('AddOffsetsToTxn')).toEqual([{ ...by(3), groupId: 'group' }]);
  expect(cluster.requests.get(said)).toEqual([{ ...by(3), transactionResult: said === 'Commit' }]);
  expect(cluster.requests.get('DescribeTransactions')).toEqual(Array(3).fill({ id: 'group-0' }));
});

test('where every partition was told, only offsets are said again', async () => {
  const cluster = await fenced([['CompleteCommit'], ['CompleteCommit']]);
  expect(names(cluster)).not.toContain('AddPartitionsToTxn');
  expect(cluster.requests.get('AddOffsetsToTxn')).toHaveLength(1);
});

test.each<[string, number, 'Commit' | 'Abort']>([
  ['that is at work is aborted', plain, 'Abort'],
  ['that says a commit again is committed', sayingCommit, 'Commit'],
  ['that says an abort again is aborted', sayingAbort, 'Abort'],
])('a transaction %s, before the fence: so it is known how it ended', async (_, timeoutMs, said) => {
  const cluster = await fenced([['Ongoing', timeoutMs], ['CompleteCommit']]);
  expect(names(cluster)).toEqual([
    'DescribeTransactions',
    said,
    'InitProducerId',
    'AddOffsetsToTxn',
    said,
    'DescribeTransactions',
    'InitProducerId',
  ]);
  const transactionResult = said === 'Commit';
  expect(cluster.requests.get(said)).toMatchObject([
    { ...by(2), transactionResult },
    { ...by(3), transactionResult },
  ]);
});

test('that its owner has ended meanwhile is asked for anew', async () => {
  const { cluster, transactions } = opened([['Ongoing']]);
  cluster.script.set('Abort', [answered('INVALID_TXN_STATE')]);
  await expect(transactions.fence()).rejects.toMatchObject({ type: 'INVALID_TXN_STATE' });
  expect(names(cluster)).toEqual(['DescribeTransactions', 'Abort']);
});

test('where somebody has fenced in between, or was fenced by us, nothing is said', async () => {
  const { cluster, transactions } = opened([['CompleteCommit']]);
  await cluster.broker(1).initProducerId({});
  await expect(transactions.fence()).rejects.toThrow(
    'Cannot fence group-0 as another producer was at work until this moment',
  );
  expect(names(cluster)).toEqual(['InitProducerId', 'DescribeTransactions', 'InitProducerId']);
});

test.each<[string, Known]>([
  ['there never was one', 105],
  ['none was begun since the last fence', ['Empty']],
])('where %s nothing is said', async (_, known) => {
  const cluster = await fenced([known], ['events/0']);
  expect(names(cluster)).toEqual(['DescribeTransactions', 'InitProducerId']);
  expect(timeouts(cluster)).toEqual([plain]);
});

test('a coordinator that loads is asked again; a refusal is an error', async () => {
  expect(names(await fenced([14, 16]))).toEqual([...Array(3).fill('DescribeTransactions'), 'InitProducerId']);
  await expect(fenced([53])).rejects.toMatchObject({ type: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED' });
});

test('each broker is asked for the partitions that it leads', async () => {
  const { cluster, transactions } = opened([['CompleteAbort'], ['CompleteAbort']], ['failures/1']);
  cluster.leaders.set('failures', 2);
  const asked: unknown[] = [];
  for (const nodeId of [1, 2]) {
    const broker = cluster.broker(nodeId);
    const { listOffsets } = broker;
    broker.listOffsets = async request => {
      asked.push([nodeId, request.topics.map(({ topic, partitions }) => `${topic} ${partitions.length}`)]);
      return listOffsets(request);
    };
  }
  await transactions.fence();
  expect(asked.sort()).toEqual([
    [1, ['events 3']],
    [1, ['events 3']],
    [2, ['failures 2']],
    [2, ['failures 2']],
  ]);
  expect(cluster.requests.get('AddPartitionsToTxn')).toMatchObject([
    { topics: [{ topic: 'failures', partitions: [1] }] },
  ]);
});

describe('a coordinator that moves may pass over partitions where it then is', () => {
  const position = startPosition(new Map([['orders', 5n]]));

  test('while a transaction ends: that one is committed, and the next only behind a fence', async () => {
    const { cluster, transactions } = opened([]);
    await transactions.fence();
    cluster.script.set('Commit', [answered('NOT_COORDINATOR_FOR_GROUP')]);
    await transactions.commit(position);
    cluster.asked.length = 0;
    await expect(transactions.commit(position)).rejects.toThrow(
      'Cannot begin a transaction as its coordinator has moved: it is asked by a fence first',
    );
    expect(names(cluster)).toEqual([]);
    await transactions.fence();
    await transactions.commit(position);
    expect(names(cluster).at(-1)).toBe('Commit');
  });

  test.each(['AddPartitionsToTxn', 'AddOffsetsToTxn'])('before one begins: %s is not repeated', async name => {
    const { cluster, transactions } = opened([]);
    await transactions.fence();
    cluster.asked.length = 0;
    cluster.script.set(name, [answered('NOT_COORDINATOR_FOR_GROUP')]);
    transactions.writer('events', 0).append(null, Buffer.from('v'), [], 0);
    await expect(transactions.commit(position)).rejects.toMatchObject({ type: 'NOT_COORDINATOR_FOR_GROUP' });
    expect(names(cluster)).toEqual(['AddPartitionsToTxn', 'AddOffsetsToTxn']);
  });

  test('while the end of the last one is said again: that is left to the next fence', async () => {
    const { cluster, transactions } = opened([['CompleteCommit'], ['CompleteCommit']]);
    cluster.script.set('Commit', [answered('NOT_COORDINATOR_FOR_GROUP')]);
    await expect(transactions.fence()).rejects.toThrow('its coordinator has moved');
    expect(timeouts(cluster)).toEqual([sayingCommit]);
  });
});
