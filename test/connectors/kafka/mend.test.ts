/** What is mended in kafkajs: how its connections open their sockets. */
import { createServer, connect as openSocket, type Server, type Socket } from 'node:net';
import Connection from 'kafkajs/src/network/connection';
import { mendKafkajs } from '../../../connectors/kafka/mend';
import { until } from './scene';

mendKafkajs();

let server: Server;
let port = 0;
let sockets: Socket[];

beforeEach(async () => {
  sockets = [];
  server = createServer(socket => void sockets.push(socket.on('error', () => {})));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as { port: number });
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

const silent = { debug: () => {}, error: () => {} };
const connection = (socketFactory: (at: { host: string; port: number; onConnect: () => void }) => Socket) =>
  new Connection({
    host: '127.0.0.1',
    port,
    connectionTimeout: 1_000,
    requestTimeout: 1_000,
    logger: { namespace: () => silent },
    socketFactory,
  });

test('who connects while another does waits for the same socket', async () => {
  const one = connection(({ host, port, onConnect }) => openSocket({ host, port }, onConnect));
  await Promise.all([one.connect(), one.connect()]);
  await one.connect();
  await until(() => sockets.length > 0);
  await new Promise(resolve => setTimeout(resolve, 20));
  expect(sockets).toHaveLength(1);
  await one.disconnect();
});

test('once it was closed, another is opened', async () => {
  const one = connection(({ host, port, onConnect }) => openSocket({ host, port }, onConnect));
  await one.connect();
  await one.disconnect();
  await one.connect();
  await until(() => sockets.length === 2);
  await one.disconnect();
});

test('one that was given up before it was answered is not waited for', async () => {
  let silentAtFirst = true;
  const one = connection(({ host, port, onConnect }) => {
    const answer = silentAtFirst ? () => {} : onConnect;
    silentAtFirst = false;
    return openSocket({ host, port }, answer);
  });
  const first = one.connect();
  first.catch(() => {});
  await one.disconnect();
  await one.connect();
  await one.disconnect();
});

test('an error is everybody’s, and the next try is another', async () => {
  const away = connection(({ host, onConnect }) => openSocket({ host, port: 1 }, onConnect));
  const [first, second] = [away.connect(), away.connect()];
  const ends = await Promise.allSettled([first, second]);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(away.connect()).rejects.toThrow();
});
