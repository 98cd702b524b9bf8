/** A link in all weathers. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePorts } from '../../../dev/stack/ports';
import { Link } from './link';

let [link, server]: [Link | undefined, Server | undefined] = [undefined, undefined];
let socket: Socket;

/** Answers what it hears. */
beforeEach(async () => {
  const [port = 0, target = 0] = await freePorts(2);
  server = createServer(one => one.on('error', () => {}).pipe(one));
  await new Promise<void>(resolve => server?.listen(target, '127.0.0.1', resolve));
  link = await Link.open(port);
  link.target = target;
  socket = connect({ host: '127.0.0.1', port }).on('error', () => {});
});
afterEach(() => {
  socket.destroy();
  link?.close();
  server?.close();
});

/** Ms until the answer comes. */
const answer = async (text: string): Promise<number> => {
  const began = performance.now();
  socket.write(text);
  await new Promise<void>(resolve => socket.once('data', data => data.toString() === text && resolve()));
  return performance.now() - began;
};

test('fair: what goes in comes out', async () => {
  await answer('hello');
  await answer('again');
});

test('slow: each way takes as long as it says', async () => {
  link?.set({ kind: 'slow', byMs: 60 });
  expect(await answer('hello')).toBeGreaterThanOrEqual(115);
});

test('held: nothing comes, and all of it once the weather is fair', async () => {
  await answer('hello');
  link?.set({ kind: 'held' });
  let came = false;
  const answered = answer('held').then(() => {
    came = true;
  });
  await new Promise(resolve => setTimeout(resolve, 50));
  expect(came).toBe(false);
  link?.set({ kind: 'fair' });
  await answered;
});

test('cut: the connection breaks, and no other comes about', async () => {
  await answer('hello');
  const closed = new Promise(resolve => socket.once('close', resolve));
  link?.set({ kind: 'cut' });
  await closed;
  const next = connect({ host: '127.0.0.1', port: link?.port ?? 0 }).on('error', () => {});
  await new Promise(resolve => next.once('close', resolve));
});
