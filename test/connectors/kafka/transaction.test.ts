/** In which order a transaction speaks to the brokers, and what each answer leads to. */
import { LaneTransactions } from '../../../connectors/kafka/transaction';
import { isFatal, isFenced } from '../../../connectors/kafka/wire';
import { type Position, startPosition } from '../../../pipeline/batch';
import { answered, FakeCluster, names, unanswered } from './fake';

const position: Position = startPosition(new Map([['orders', 5n]]));

/** @param commitWithinMs For how long a commit without an answer is said again. */
const opened = async (commitWithinMs?: number) => {
  const cluster = new FakeCluster();
  const transactions = new LaneTransactions(cluster, {
    transactionalId: 'group-0',
    group: 'group',
    partition: 0,
    timeoutMs: 60_000,
    compression: 'none',
    outputs: new Map(),
    ...(commitWithinMs !== undefined && { commitWithinMs }),
  });
  await transactions.fence();
  cluster.asked.length = 0;
  const append = (topic: string, count: number, partition = 0) => {
    for (let index = 0; index < count; index++)
      transactions.writer(topic, partition).append(null, Buffer.from('v'), [], 0);
  };
  return { cluster, transactions, append };
};

const produced = ({ asked }: FakeCluster) => asked.filter(([name]) => name === 'Produce');

test('results and offsets are announced, sent, and only then committed, as one', async () => {
  const { cluster, transactions, append } = await opened();
  append('events', 2);
  append('failures', 1);
  await transactions.commit(position);
  expect(names(cluster)).toEqual(['AddPartitionsToTxn', 'AddOffsetsToTxn', 'Produce', 'TxnOffsetCommit', 'Commit']);
});

test('every request says whose it is; what is committed are the offsets of each topic, with the position', async () => {
  const { cluster, transactions, append } = await opened();
  append('events', 1);
  append('events', 1, 2);
  append('failures', 1, 1);
  const time = { watermark: 7_000, topics: [{ topic: 'refunds', newest: 12_000 }] };
  const offsets = new Map([
    ['orders', 5n],
    ['refunds', 9_007_199_254_740_993n],
  ]);
  await transactions.commit({ ...startPosition(offsets), failuresInARow: 3, time });
  const producer = { transactionalId: 'group-0', producerId: '7', producerEpoch: 3 };
  const metadata = (newest: number | null) => JSON.stringify({ v: 1, run: 3, w: 7_000, n: newest });
  const committed = (topic: string, offset: string, newest: number | null) => ({
    topic,
    partitions: [{ partition: 0, offset, metadata: metadata(newest) }],
  });
  expect(Object.fromEntries(cluster.requests)).toEqual({
    DescribeTransactions: [{ id: 'group-0' }],
    InitProducerId: [{ transactionalId: 'group-0', transactionTimeout: 60_000 }],
    AddPartitionsToTxn: [
      {
        ...producer,
        topics: [
          { topic: 'events', partitions: [0, 2] },
          { topic: 'failures', partitions: [1] },
        ],
      },
    ],
    AddOffsetsToTxn: [{ ...producer, groupId: 'group' }],
    TxnOffsetCommit: [
      {
        ...producer,
        groupId: 'group',
        topics: [committed('orders', '5', null), committed('refunds', '9007199254740993', 12_000)],
      },
    ],
    Commit: [{ ...producer, transactionResult: true }],
  });
  for (const [, , ...batches] of produced(cluster))
    expect(batches).toEqual(
      batches.map(() => expect.objectContaining({ producerId: 7, epoch: 3, transactional: true })),
    );
});

test('a coordinator that is not connected is connected first', async () => {
  const { cluster, transactions } = await opened();
  cluster.broker(1).connected = false;
  await transactions.commit(position);
  const asked = cluster.asked.map(([name]) => name).filter(name => name !== 'FindCoordinator');
  expect(asked).toEqual(['Connect', 'AddOffsetsToTxn', 'TxnOffsetCommit', 'Commit']);
});

test('a partition that nobody leads is not written to', async () => {
  const { cluster, transactions, append } = await opened();
  cluster.leaders.set('events', 0);
  append('events', 1, 7);
  await expect(transactions.commit(position)).rejects.toThrow(
    'Cannot write to events[7] as the topic has no such partition',
  );
  expect(names(cluster)).not.toContain('Commit');
});

test('the last offset of a partition is that of its last record, and unknown where the broker does not say', async () => {
  const { cluster, transactions, append } = await opened();
  append('events', 3);
  await transactions.flush('events', 0);
  expect(transactions.lastOffset('events', 0)).toBe(2);
  append('events', 2);
  append('events', 3, 1);
  append('failures', 1);
  await transactions.commit(position);
  const last = [transactions.lastOffset('events', 0), transactions.lastOffset('events', 1)];
  expect([...last, transactions.lastOffset('failures', 0)]).toEqual([4, 2, 0]);
  append('events', 1);
  cluster.broker(1).produceCodes.push({ events: 46 });
  await transactions.commit(position);
  expect(transactions.lastOffset('events', 0)).toBeUndefined();
});

describe('a request waits for the answers that it needs, and for no others', () => {
  /** What is asked while the answer to `name` does not come. */
  const askedBehind = async (name: string): Promise<unknown[]> => {
    const { cluster, transactions, append } = await opened();
    let release = () => {};
    cluster.held.set(name, new Promise(resolve => (release = resolve)));
    append('events', 1);
    const committed = transactions.commit(position);
    await new Promise(setImmediate);
    const asked = names(cluster);
    release();
    await committed;
    expect(names(cluster).at(-1)).toBe('Commit');
    return asked;
  };

  test.each([
    ['AddPartitionsToTxn', ['AddPartitionsToTxn', 'AddOffsetsToTxn']],
    ['AddOffsetsToTxn', ['AddPartitionsToTxn', 'AddOffsetsToTxn']],
    ['Produce', ['AddPartitionsToTxn', 'AddOffsetsToTxn', 'Produce', 'TxnOffsetCommit']],
    ['TxnOffsetCommit', ['AddPartitionsToTxn', 'AddOffsetsToTxn', 'Produce', 'TxnOffsetCommit']],
  ])('%s', async (name, asked) => {
    expect(await askedBehind(name)).toEqual(asked);
  });

  test.each([
    ['AddPartitionsToTxn', 'AddOffsetsToTxn'],
    ['AddOffsetsToTxn', 'AddPartitionsToTxn'],
    ['Produce', 'TxnOffsetCommit'],
  ])('also where %s is refused: the answer to %s is awaited before anything else is asked', async (refused, other) => {
    const { cluster, transactions, append } = await opened();
    let release = () => {};
    cluster.held.set(other, new Promise(resolve => (release = resolve)));
    if (refused === 'Produce') cluster.broker(1).produceCodes.push({ events: 10 });
    else cluster.script.set(refused, [answered('INVALID_TXN_STATE')]);
    append('events', 1);
    let over = false;
    const committed = transactions.commit(position).finally(() => {
      over = true;
    });
    committed.catch(() => {});
    await new Promise(setImmediate);
    expect(over).toBe(false);
    release();
    await expect(committed).rejects.toMatchObject({
      type: expect.stringMatching(/MESSAGE_TOO_LARGE|INVALID_TXN_STATE/),
    });
    await transactions.abort();
    expect(names(cluster).at(-1)).toBe('Abort');
    expect(names(cluster)).not.toContain('Commit');
  });
});

test('sequences go on from batch to batch and from transaction to transaction; a fence begins them anew', async () => {
  const { cluster, transactions, append } = await opened();
  append('events', 3);
  await transactions.flush('events', 0);
  append('events', 2);
  await transactions.commit(position);
  append('events', 4);
  await transactions.commit(position);
  append('events', 1); // never sent: what a dead life had appended is gone
  await transactions.fence();
  append('events', 6);
  await transactions.commit(position);
  expect(produced(cluster).map(([, , batch]) => batch)).toMatchObject([
    { sequence: 0, count: 3, epoch: 3 },
    { sequence: 3, count: 2 },
    { sequence: 5, count: 4 },
    { sequence: 0, count: 6, epoch: 4 },
  ]);
  const epochs = (cluster.requests.get('Commit') as { producerEpoch: number }[]).map(one => one.producerEpoch);
  expect(epochs).toEqual([3, 3, 4]);
  expect(names(cluster).filter(name => name === 'AddPartitionsToTxn')).toHaveLength(3);
});

test('coordinators are looked for once, and again where they say that they are not', async () => {
  const { cluster, transactions } = await opened();
  await transactions.commit(position);
  await transactions.commit(position);
  expect(cluster.asked.filter(([name]) => name === 'FindCoordinator')).toEqual([['FindCoordinator', 0, 'group']]);
  cluster.asked.length = 0;
  cluster.coordinators = [2, 3];
  cluster.script.set('TxnOffsetCommit', [answered('NOT_COORDINATOR_FOR_GROUP')]);
  cluster.script.set('Commit', [answered('GROUP_COORDINATOR_NOT_AVAILABLE'), answered('GROUP_LOAD_IN_PROGRESS')]);
  await transactions.commit(position);
  expect(cluster.asked).toEqual([
    ['AddOffsetsToTxn', 1],
    ['TxnOffsetCommit', 1],
    ['FindCoordinator', 0, 'group'],
    ['TxnOffsetCommit', 2],
    ['Commit', 1],
    ['FindCoordinator', 1, 'group-0'],
    ['Commit', 3],
    ['FindCoordinator', 1, 'group-0'],
    ['Commit', 3],
  ]);
});

test.each(['AddPartitionsToTxn', 'AddOffsetsToTxn', 'TxnOffsetCommit', 'Commit', 'InitProducerId'])(
  'CONCURRENT_TRANSACTIONS at %s is asked again',
  async name => {
    const { cluster, transactions, append } = await opened();
    cluster.script.set(name, [answered('CONCURRENT_TRANSACTIONS'), answered('CONCURRENT_TRANSACTIONS')]);
    if (name === 'InitProducerId') await transactions.fence();
    append('events', 1);
    await transactions.commit(position);
    expect(names(cluster).filter(one => one === name)).toHaveLength(3);
    expect(produced(cluster)).toHaveLength(1);
    // By the same coordinator: it only needs a moment.
    expect(cluster.asked.filter(([one]) => one === 'FindCoordinator').length).toBeLessThan(2);
  },
);

test('where a leader has moved all is sent again, with the same sequences: what is there already is not written twice', async () => {
  const { cluster, transactions, append } = await opened();
  cluster.leaders.set('failures', 2);
  cluster.broker(1).produceCodes.push({ events: 6 });
  cluster.refreshed = () => cluster.leaders.set('events', 3);
  append('events', 2);
  append('failures', 1);
  await transactions.commit(position);
  const events = { topic: 'events', partition: 0, epoch: 3, sequence: 0, count: 2 };
  const failures = { topic: 'failures', partition: 0, epoch: 3, sequence: 0, count: 1 };
  expect(produced(cluster)).toMatchObject([
    ['Produce', 1, events],
    ['Produce', 2, failures],
    ['Produce', 3, events],
    ['Produce', 2, failures],
  ]);
  expect(names(cluster).at(-1)).toBe('Commit');
});

test('a batch that the broker has already is written; one that is out of order is not', async () => {
  const { cluster, transactions, append } = await opened();
  cluster.broker(1).produceCodes.push({ events: 46 }, { events: 45 });
  append('events', 1);
  await transactions.commit(position);
  append('events', 1);
  await expect(transactions.commit(position)).rejects.toMatchObject({ type: 'OUT_OF_ORDER_SEQUENCE_NUMBER' });
  expect(names(cluster).filter(name => name === 'Commit')).toHaveLength(1);
});

test.each<[string, Record<string, number>, string]>([
  ['TOPIC_AUTHORIZATION_FAILED', { events: 55, failures: 29, state: 55 }, 'failures[0]'],
  ['UNKNOWN_TOPIC_OR_PARTITION', { events: 3, failures: 55 }, 'events[0]'],
])('%s of one topic is told, and not that the others were left alone', async (type, codes, of) => {
  const { cluster, transactions, append } = await opened();
  cluster.broker(1).announceCodes.push(codes);
  for (const topic of Object.keys(codes)) append(topic, 1);
  const error: unknown = await transactions.commit(position).catch(reason => reason);
  expect(error).toMatchObject({ type, message: expect.stringContaining(of) });
  expect(isFatal(error)).toBe(type === 'TOPIC_AUTHORIZATION_FAILED');
  expect(produced(cluster)).toHaveLength(0);
});

test('a commit without an answer is said again, to whoever coordinates now; then nothing is begun but a fence', async () => {
  const { cluster, transactions, append } = await opened();
  cluster.script.set('Commit', [unanswered(), unanswered()]);
  append('events', 1);
  const committed = transactions.commit(position);
  cluster.coordinators = [1, 3];
  await committed;
  expect(cluster.asked.slice(-5)).toEqual([
    ['Commit', 1],
    ['FindCoordinator', 1, 'group-0'],
    ['Commit', 3],
    ['FindCoordinator', 1, 'group-0'],
    ['Commit', 3],
  ]);
  await expect(transactions.commit(position)).rejects.toThrow('its coordinator has moved');
});

test('a commit without an answer, which somebody has fenced meanwhile, is the act of a zombie', async () => {
  const { cluster, transactions } = await opened();
  cluster.script.set('Commit', [unanswered(), answered('PRODUCER_FENCED')]);
  const error: unknown = await transactions.commit(position).catch(reason => reason);
  expect(isFenced(error)).toBe(true);
});

test('of several errors the answer that did not come counts: it is not repeated', async () => {
  const { cluster, transactions, append } = await opened();
  cluster.leaders.set('failures', 2);
  cluster.broker(1).produceCodes.push({ events: 6 });
  cluster.broker(2).produceCodes.push(unanswered());
  append('events', 1);
  append('failures', 1);
  await expect(transactions.commit(position)).rejects.toThrow('Closed connection');
  expect(produced(cluster)).toHaveLength(2);
});

describe('the end of a life', () => {
  test('with an answer that refuses: its transaction is aborted, so that readers need not wait', async () => {
    const { cluster, transactions, append } = await opened();
    cluster.broker(1).produceCodes.push({ events: 10 });
    append('events', 1);
    await expect(transactions.commit(position)).rejects.toMatchObject({ type: 'MESSAGE_TOO_LARGE' });
    await transactions.abort();
    expect(names(cluster)).toEqual(['AddPartitionsToTxn', 'AddOffsetsToTxn', 'Produce', 'TxnOffsetCommit', 'Abort']);
  });

  test('between two batches of a transaction: aborted', async () => {
    const { cluster, transactions, append } = await opened();
    append('events', 1);
    await transactions.flush('events', 0);
    await transactions.abort();
    expect(names(cluster)).toEqual(['AddPartitionsToTxn', 'Produce', 'Abort']);
  });

  test.each<[string, (cluster: FakeCluster) => void]>([
    ['Produce', cluster => cluster.broker(1).produceCodes.push(unanswered())],
    ['Commit', cluster => cluster.script.set('Commit', [unanswered()])],
    [
      'TxnOffsetCommit, where Produce was refused',
      cluster => {
        cluster.broker(1).produceCodes.push({ events: 10 });
        cluster.script.set('TxnOffsetCommit', [unanswered()]);
      },
    ],
  ])('with no answer to %s: all is left to the next fence', async (_, break_) => {
    const { cluster, transactions, append } = await opened(0);
    break_(cluster);
    append('events', 1);
    await expect(transactions.commit(position)).rejects.toThrow('Closed connection');
    await transactions.abort();
    expect(names(cluster)).not.toContain('Abort');
  });

  test('behind a fence: only what was begun since is aborted', async () => {
    const { cluster, transactions, append } = await opened(0);
    cluster.script.set('Commit', [unanswered()]);
    await expect(transactions.commit(position)).rejects.toThrow('Closed connection');
    await transactions.fence();
    await transactions.abort();
    expect(names(cluster)).not.toContain('Abort');
    append('events', 1);
    await transactions.flush('events', 0);
    await transactions.abort();
    expect(names(cluster)).toContain('Abort');
    cluster.asked.length = 0;
    await transactions.abort();
    expect(names(cluster)).toEqual([]);
  });

  test('with nothing begun: nothing is asked', async () => {
    const { cluster, transactions, append } = await opened();
    append('events', 1);
    await transactions.commit(position);
    append('events', 1);
    await transactions.abort();
    expect(names(cluster)).not.toContain('Abort');
  });
});

test.each(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'INVALID_PRODUCER_ID_MAPPING', 'INVALID_TXN_STATE'])(
  '%s is the fence of another owner: not repeated, and known as such',
  async type => {
    const { cluster, transactions } = await opened();
    cluster.script.set('TxnOffsetCommit', [answered(type)]);
    const error: unknown = await transactions.commit(position).catch(reason => reason);
    expect(isFenced(error)).toBe(true);
    expect(names(cluster)).toEqual(['AddOffsetsToTxn', 'TxnOffsetCommit']);
  },
);

test.each([
  ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', true],
  ['TOPIC_AUTHORIZATION_FAILED', true],
  ['GROUP_AUTHORIZATION_FAILED', true],
  ['CLUSTER_AUTHORIZATION_FAILED', true],
  ['SASL_AUTHENTICATION_FAILED', true],
  ['UNSUPPORTED_VERSION', true],
  ['INVALID_TRANSACTION_TIMEOUT', true],
  ['INVALID_PRODUCER_EPOCH', false],
  ['NOT_LEADER_FOR_PARTITION', false],
  ['REQUEST_TIMED_OUT', false],
])('%s is not mended by beginning anew: %p', (type, fatal) => {
  expect(isFatal(answered(type))).toBe(fatal);
  expect(isFatal(unanswered())).toBe(false);
});
