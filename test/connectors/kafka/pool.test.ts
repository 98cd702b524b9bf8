/** How a cluster is entered, and a broker of it connected to. */
import { createServer, type Server } from 'node:net';
import { connectKafka, openCluster } from '../../../connectors/kafka/client';
import { connectByOurselves } from '../../../connectors/kafka/pool';
import type { Broker, BrokerPool, Cluster } from '../../../connectors/kafka/wire';
import { answered } from './fake';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** @returns Its address, and how often somebody came. */
const closing = async () => {
  const seen = { address: '', times: 0 };
  const server = createServer(socket => {
    seen.times++;
    socket.destroy();
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  seen.address = `127.0.0.1:${(server.address() as { port: number }).port}`;
  return seen;
};

const enter = (brokers: readonly string[]) =>
  openCluster(
    connectKafka({ brokers, clientId: 'test', connectionTimeoutMs: 1_000, requestTimeoutMs: 1_000 }, () => () => {}),
  );

test('brokers that close connections are tried in turns, a bounded number of times', async () => {
  const seen = [await closing(), await closing(), await closing()];
  await expect(enter(seen.map(({ address }) => address))).rejects.toThrow();
  expect(seen.map(({ times }) => times)).toEqual([2, 2, 2]);
});

/** A pool whose brokers answer as they are told, and what it did. */
const fakePool = () => {
  const did: string[] = [];
  const broker = (name: string, error?: Error) =>
    ({
      isConnected: () => false,
      connect: async () => {
        did.push(`connect ${name}`);
        if (error) throw error;
      },
      disconnect: async () => void did.push(`disconnect ${name}`),
      versions: name,
      connectionPool: { host: name, port: 1 },
    }) as unknown as Broker;
  /** Whose turn it is; the first of them is away. */
  const turns = [1, 2];
  const pool = {
    versions: null as unknown,
    seedBroker: undefined as unknown,
    hasConnectedBrokers: () => false,
    connectBroker: async () => void did.push('as kafkajs does'),
    createSeedBroker: async () => {
      const seed = turns.shift() ?? 2;
      pool.seedBroker = broker(`seed ${seed}`, seed === 1 ? new Error('Closed connection') : undefined);
    },
  };
  connectByOurselves({ brokerPool: pool } as unknown as Cluster);
  return { did, broker, turns, pool, ...(pool as unknown as Pick<BrokerPool, 'connect' | 'connectBroker'>) };
};

test('who enters at the same time enters once', async () => {
  const { did, pool, connect } = fakePool();
  await Promise.all([connect(), connect()]);
  expect([did, pool.versions]).toEqual([['connect seed 1', 'connect seed 2'], 'seed 2']);
  await connect();
  expect(did).toHaveLength(3);
});

test('one that was tried is passed over, where other clusters took turns meanwhile', async () => {
  const { did, turns, connect } = fakePool();
  turns.splice(0, 2, 1, 1, 1, 2);
  await connect();
  expect(did).toEqual(['connect seed 1', 'connect seed 2']);
});

test.each([
  ['Closed connection', new Error('Closed connection'), ['connect one', 'disconnect one']],
  ['a lock', Object.assign(new Error('locked'), { name: 'KafkaJSLockTimeout' }), ['connect one']],
])('a broker that cannot be connected to for %s is tried once', async (_, error, expected) => {
  const { did, broker, connectBroker } = fakePool();
  await expect(connectBroker(broker('one', error))).rejects.toBe(error);
  expect(did).toEqual(expected);
});

test('a login that went wrong half-way is left to kafkajs', async () => {
  const { did, broker, connectBroker } = fakePool();
  await connectBroker(broker('one', answered('ILLEGAL_SASL_STATE')));
  expect(did).toEqual(['connect one', 'disconnect one', 'as kafkajs does']);
});
