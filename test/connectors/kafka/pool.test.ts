/** Against kafkajs itself: something takes the connection, and closes it. */
import { createServer, type Server } from 'node:net';
import { connectKafka, openCluster } from '../../../connectors/kafka/client';
import { connectByOurselves } from '../../../connectors/kafka/pool';
import type { Cluster } from '../../../connectors/kafka/wire';

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

test('who enters at the same time enters once', async () => {
  const tried: number[] = [];
  const pool = {
    versions: null,
    seedBroker: undefined as unknown,
    hasConnectedBrokers: () => false,
    connectBroker: async () => {},
    createSeedBroker: async () => {
      const nodeId = tried.push(0);
      const connect = async () => {
        if (nodeId === 1) throw new Error('Closed connection');
      };
      pool.seedBroker = { versions: nodeId, connect };
    },
  };
  connectByOurselves({ brokerPool: pool } as unknown as Cluster);
  const { connect } = pool as unknown as Cluster['brokerPool'];
  await Promise.all([connect(), connect()]);
  expect([tried.length, pool.versions]).toEqual([2, 2]);
  await connect();
  expect(tried).toHaveLength(3);
});
