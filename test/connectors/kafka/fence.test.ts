/** A fence: what is asked before it, and said again behind it. */
import { LaneTransactions } from '../../../connectors/kafka/transaction';
import { FakeCluster, names } from './fake';

const settings = {
  transactionalId: 'group-0',
  group: 'group',
  partition: 0,
  timeoutMs: 60_000,
  compression: 'none',
  outputs: new Map([
    ['events', 3],
    ['failures', 2],
  ]),
} as const;

describe('what the last transaction came to is asked before a fence, and said again where a partition was not told', () => {
  const fenced = async (states: FakeCluster['states'], undecided: readonly string[]) => {
    const cluster = new FakeCluster();
    cluster.states.push(...states);
    for (const partition of undecided) cluster.undecided.add(partition);
    await new LaneTransactions(cluster, settings).fence();
    return cluster;
  };

  test.each([
    ['CompleteCommit', 'Commit'],
    ['PrepareCommit', 'Commit'],
    ['CompleteAbort', 'Abort'],
    ['PrepareAbort', 'Abort'],
    ['Ongoing', 'Abort'],
  ])('%s: %s', async (state, said) => {
    const cluster = await fenced([[0, state], [0, 'PrepareCommit'], [0, 'CompleteCommit']], ['failures/0', 'events/2', 'events/1']); // biome-ignore format: one line
    expect(names(cluster)).toEqual([
      'DescribeTransactions',
      'InitProducerId',
      'AddPartitionsToTxn',
      'AddOffsetsToTxn',
      said,
      // Until all partitions are told.
      'DescribeTransactions',
      'DescribeTransactions',
    ]);
    const topics = [
      { topic: 'events', partitions: [1, 2] },
      { topic: 'failures', partitions: [0] },
    ];
    expect(cluster.requests.get('AddPartitionsToTxn')).toEqual([
      { transactionalId: 'group-0', producerId: '7', producerEpoch: 3, topics },
    ]);
    expect(cluster.requests.get('DescribeTransactions')).toEqual(Array(3).fill({ id: 'group-0' }));
  });

  test.each([
    ['every partition was told', [0, 'CompleteCommit'], []],
    ['it is of others: there never was one of ours', [105, ''], ['events/0']],
    ['it is of others: nothing came since our fence', [0, 'Empty'], ['events/0']],
  ] as [string, [number, string], string[]][])('not where %s', async (_, state, undecided) => {
    expect(names(await fenced([state], undecided))).toEqual(['DescribeTransactions', 'InitProducerId']);
  });

  test('a coordinator that loads is asked again; a refusal is an error', async () => {
    expect(names(await fenced([[14, ''], [16, '']], []))).toEqual([...Array(3).fill('DescribeTransactions'), 'InitProducerId']); // biome-ignore format: one line
    await expect(fenced([[53, '']], [])).rejects.toMatchObject({ type: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED' });
  });

  test('each broker is asked for the partitions that it leads', async () => {
    const cluster = new FakeCluster();
    cluster.leaders.set('failures', 2);
    cluster.states.push([0, 'CompleteAbort'], [0, 'CompleteAbort']);
    cluster.undecided.add('failures/1');
    const asked: unknown[] = [];
    for (const nodeId of [1, 2]) {
      const broker = cluster.broker(nodeId);
      const { listOffsets } = broker;
      broker.listOffsets = async request => {
        asked.push([nodeId, request.topics.map(({ topic, partitions }) => [topic, partitions.length])]);
        return listOffsets(request);
      };
    }
    await new LaneTransactions(cluster, settings).fence();
    expect(asked).toEqual(expect.arrayContaining([[1, [['events', 3]]], [2, [['failures', 2]]]])); // biome-ignore format: one line
    expect(cluster.requests.get('AddPartitionsToTxn')).toMatchObject([
      { topics: [{ topic: 'failures', partitions: [1] }] },
    ]);
  });
});
