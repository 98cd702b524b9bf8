/** What is mended in kafkajs: how its connections open their sockets, and how they send what is large. */
import { createServer, connect as openSocket, type Server, type Socket } from 'node:net';
import Connection from 'kafkajs/src/network/connection';
import Encoder from 'kafkajs/src/protocol/encoder';
import { mendKafkajs } from '../../../connectors/kafka/mend';
import { answeredBy, type Exchange, inPieces, Reader } from '../../../connectors/kafka/wire';
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
    clientId: 'me',
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

describe('a request', () => {
  const exchange = (request: Exchange<unknown>['request'], throttledMs = 0): Exchange<unknown> => ({
    request,
    response: answeredBy(reader => ({ clientSideThrottleTime: throttledMs, answer: reader.string() })),
  });
  const names = { apiKey: 7, apiVersion: 3, apiName: 'Test' };
  const piecesOf = (...texts: string[]) => inPieces(names, () => texts.map(text => Buffer.from(text)));

  const written = (text: string) => {
    const encoder = new Encoder();
    encoder.writeBufferInternal(Buffer.from(text));
    return encoder;
  };

  /** What a broker reads of each request; it answers with the body. */
  const heard: string[] = [];
  const answering = (socket: Socket) => {
    let waiting = Buffer.alloc(0);
    socket.on('data', bytes => {
      waiting = Buffer.concat([waiting, bytes]);
      for (; waiting.length >= 4 && waiting.length >= 4 + waiting.readInt32BE(0); ) {
        const reader = new Reader(waiting.subarray(4, 4 + waiting.readInt32BE(0)));
        waiting = waiting.subarray(4 + reader.bytes.length);
        const [apiKey, apiVersion, correlationId] = [reader.int16(), reader.int16(), reader.int32()];
        const clientId = reader.string();
        const body = reader.bytes.toString('utf8', reader.at);
        heard.push(`${apiKey} ${apiVersion} ${clientId}: ${body}`);
        if (body === 'close') return socket.destroy();
        const answer = new Encoder().writeInt32(correlationId).writeString(body).buffer;
        socket.write(Buffer.concat([new Encoder().writeInt32(answer.length).buffer, answer]));
      }
      return undefined;
    });
  };
  const connected = async () => {
    server.on('connection', answering);
    heard.length = 0;
    const one = connection(({ host, port, onConnect }) => openSocket({ host, port }, onConnect));
    await one.connect();
    return one;
  };

  test('in pieces is one, behind one that is whole', async () => {
    const one = await connected();
    const whole = { ...names, encode: async () => written('whole') };
    const large = 'x'.repeat(30_000);
    const answers = await Promise.all([
      one.send(exchange(whole)),
      one.send(exchange(piecesOf('one, ', 'and ', large))),
      one.send(exchange(piecesOf('ä'))),
    ]);
    expect(answers).toEqual(['whole', `one, and ${large}`, 'ä']);
    expect(heard.map(text => text.slice(0, 20)).sort()).toEqual(['7 3 me: one, and xxx', '7 3 me: whole', '7 3 me: ä']);
    await one.disconnect();
  });

  test('in pieces is not copied', async () => {
    const one = await connected();
    const bytes = Buffer.from('x'.repeat(30_000));
    const written: unknown[] = [];
    const write = one.socket.write.bind(one.socket);
    one.socket.write = ((piece: Buffer) => {
      written.push(piece);
      return write(piece);
    }) as typeof one.socket.write;
    await one.send(exchange(inPieces(names, () => [bytes])));
    expect(written.some(piece => piece === bytes)).toBe(true);
    await one.disconnect();
  });

  test('obeys a broker that asks for silence', async () => {
    const one = await connected();
    await one.send(exchange(piecesOf('first'), 60_000));
    const second = one.send(exchange(piecesOf('second')));
    second.catch(() => {});
    await until(() => one.requestQueue.pending.length === 1);
    expect(heard).toEqual(['7 3 me: first']);
    for (const socket of sockets) socket.destroy();
    await expect(second).rejects.toThrow('Closed connection');
  });

  test('fails where there is no connection, or no longer', async () => {
    const one = await connected();
    await expect(one.send(exchange(piecesOf('close')))).rejects.toThrow('Closed connection');
    await expect(one.send(exchange(piecesOf('again')))).rejects.toThrow('Not connected');
    expect(heard).toEqual(['7 3 me: close']);
  });
});
