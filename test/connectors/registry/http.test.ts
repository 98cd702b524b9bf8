/** What the client makes of a registry's answers, and of none. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpRegistry, type RegistryConnection } from '../../../connectors/registry/http';
import { RegistryError, SchemaRefused } from '../../../connectors/registry/registry';

let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const requests: IncomingMessage[] = [];
const sockets = new Set<{ destroy(): void }>();

beforeEach(async () => {
  requests.length = 0;
  server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.on('connection', socket => sockets.add(socket));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise(resolve => server.close(resolve));
});

const open = (connection: Partial<RegistryConnection> = {}) =>
  httpRegistry({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    timeoutMs: 500,
    attemptsMax: 3,
    firstDelayMs: 1,
    ...connection,
  });

const reply = (status: number, body: unknown) => (_: IncomingMessage, response: ServerResponse) => {
  response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
};

test('asks by id, with its login', async () => {
  answer = reply(200, { schema: '"string"' });
  const registry = open({ username: 'ada', password: 's:ecret' });
  expect(await registry.schema(7)).toEqual({ format: 'AVRO', text: '"string"', references: [] });
  expect(requests.map(({ url }) => url)).toEqual(['/api/schemas/ids/7']);
  expect(requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('ada:s:ecret').toString('base64')}`);
});

test('only the registry’s own 404 is an unknown schema', async () => {
  answer = reply(404, { error_code: 40403, message: 'Schema 7 not found' });
  expect(await open().schema(7)).toBeUndefined();
  for (const body of ['<html>', { message: 'no Route matched' }, { error_code: 404 }]) {
    answer = reply(404, body);
    await expect(open().schema(7)).rejects.toThrow(/check registry\.url/);
  }
});

test('an answer that is well and says nothing is not the registry’s', async () => {
  answer = reply(200, {});
  await expect(open().schema(7)).rejects.toThrow(/has no "schema".*check registry\.url/);
  await expect(open().register('s', 'string')).rejects.toThrow(/has no "id"/);
  await expect(open().find('s', 'string')).rejects.toThrow(/has no "id"/);
});

test('a refusal is none where somebody else has just registered the same', async () => {
  answer = (request, response) =>
    reply(
      ...((request.url?.endsWith('/versions') ? [409, { message: 'exists' }] : [200, { id: 7 }]) as [number, object]),
    )(request, response);
  expect(await open().register('orders-value', 'int')).toBe(7);
  answer = (request, response) =>
    reply(request.url?.endsWith('/versions') ? 409 : 404, { error_code: 40403 })(request, response);
  await expect(open().register('orders-value', 'int')).rejects.toThrow(SchemaRefused);
});

test('an answer that will be another is asked for again', async () => {
  const statuses = [503, 429, 200];
  answer = (request, response) => reply(statuses.shift() as number, { schema: '"int"' })(request, response);
  expect((await open().schema(7))?.text).toBe('"int"');
  expect(requests).toHaveLength(3);
});

test.each<[string, typeof answer, RegExp, number]>([
  ['broken', reply(500, { message: 'boom' }), /as it answers 500 \(boom\), 3 times in a row\..*registry\.url/, 3],
  ['silent', () => undefined, /as it did not answer within 50 ms, 3 times/, 3],
  ['hanging up', request => request.socket.destroy(), /as the connection failed \(ECONNRESET\)/, 3],
  ['refusing the password', reply(401, {}), /as it answers 401: check registry\.username and registry\.password/, 1],
  [
    'something else',
    reply(200, '<html>'),
    /as it answers 200, which a schema registry does not: check registry\.url/,
    1,
  ],
])('a registry that is %s is an error with what to try', async (_, how, message, times) => {
  answer = how;
  const outcomes: string[] = [];
  const registry = open({ timeoutMs: 50, onRequest: outcome => outcomes.push(outcome) });
  const asked = registry.schema(7);
  await expect(asked).rejects.toThrow(RegistryError);
  await expect(asked).rejects.toThrow(message);
  expect(requests).toHaveLength(times);
  expect(outcomes).toEqual(['error']);
});

test('a registry that is not there is an error', async () => {
  const registry = open();
  await new Promise(resolve => server.close(resolve));
  await expect(registry.schema(7)).rejects.toThrow(/as nothing listens there, 3 times in a row/);
});

test('a schema that would break readers is refused', async () => {
  answer = reply(409, { message: 'incompatible' });
  await expect(open().register('s', 'string')).rejects.toThrow(SchemaRefused);
  answer = reply(200, { is_compatible: false, messages: ['field a'] });
  expect(await open().objections('s', 'string')).toEqual(['field a']);
});

test('what a schema names is fetched too, each once', async () => {
  const item = { subject: 'item', version: 2 };
  const answers: Record<string, unknown> = {
    '/api/schemas/ids/7': { schema: 'A', references: [item, { subject: 'line', version: 1 }] },
    '/api/subjects/line/versions/1': { schema: 'B', references: [item] },
    '/api/subjects/item/versions/2': { schema: 'C' },
  };
  answer = (request, response) => reply(200, answers[request.url ?? ''])(request, response);
  expect(await open().schema(7)).toEqual({ format: 'AVRO', text: 'A', references: ['C', 'B'] });
});
