/** Against kafkajs itself: something takes the connection, and closes it. */
import { createServer, type Server } from 'node:net';
import { connectKafka, openCluster } from '../../../connectors/kafka/client';

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
