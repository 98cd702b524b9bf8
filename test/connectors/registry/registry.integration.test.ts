import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { httpRegistry } from '../../../connectors/registry/http';
import { SchemaReaders } from '../../../connectors/registry/readers';
import { RegistryError } from '../../../connectors/registry/registry';
import { javaProgram } from '../../../dev/stack/process';
import { completeSchema } from '../../../schemas/schemas';
import { registryContract } from '../../contract/registry';
import { registryUrl, unique } from '../../stack/address';
import { decodeValues } from './batches';

registryContract('a real registry', () => ({
  registry: httpRegistry({ url: registryUrl(), timeoutMs: 10_000 }),
  unique,
}));

const readers = () =>
  new SchemaReaders(httpRegistry({ url: registryUrl(), timeoutMs: 10_000 }), { unknownIdMemoryMs: 60_000 });

const post = async (subject: string, body: object): Promise<number> => {
  const response = await fetch(`${registryUrl()}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { id?: number };
  if (answer.id === undefined) throw new Error(`${subject}: ${JSON.stringify(answer)}`);
  return answer.id;
};

const framed = (id: number, bytes: Uint8Array): Buffer => {
  const frame = Buffer.alloc(5);
  frame.writeInt32BE(id, 1);
  return Buffer.concat([frame, bytes]);
};

test('what another client registers and encodes is read', async () => {
  const client = new SchemaRegistry({ host: registryUrl() });
  const order = completeSchema('commerce.orders.OrderRefunded');
  const { id } = await client.register(
    { type: SchemaType.AVRO, schema: JSON.stringify(order) },
    { subject: unique('refunds') },
  );
  const value = {
    event_id: 'e',
    order_id: 'A7',
    occurred_at: 5,
    customer: {},
    currency: 'EUR',
    total: Buffer.from([0x04, 0xe2]),
  };
  const { outcomes } = await decodeValues(readers(), [await client.encode(id, value)]);
  expect(outcomes).toMatchObject([{ type: 'commerce.orders.OrderRefunded', value: { order_id: 'A7', total: 1250 } }]);
});

test('a schema that names another one is read', async () => {
  const name = unique('Item').replace('-', '_');
  const items = unique('items');
  const item = { type: 'record', namespace: 'shop', name, fields: [{ name: 'sku', type: 'string' }] };
  await post(items, { schemaType: 'AVRO', schema: JSON.stringify(item) });
  const lines = { type: 'array', items: `shop.${name}` };
  const order = {
    type: 'record',
    namespace: 'shop',
    name: 'Order',
    fields: [
      { name: 'id', type: 'long' },
      { name: 'lines', type: lines },
    ],
  };
  const id = await post(unique('orders'), {
    schemaType: 'AVRO',
    schema: JSON.stringify(order),
    references: [{ name: `shop.${name}`, subject: items, version: 1 }],
  });
  const bytes = framed(id, Buffer.from([10, 2, 6, 0x50, 0x2d, 0x31, 0]));
  expect((await decodeValues(readers(), [bytes])).outcomes).toEqual([
    { type: 'shop.Order', value: { id: 5n, lines: [{ sku: 'P-1' }] } },
  ]);
});

test('a schema that is not Avro is a failure of its records', async () => {
  const id = await post(unique('json'), {
    schemaType: 'JSON',
    schema: JSON.stringify({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      title: unique('Json'),
    }),
  });
  const { outcomes, messages } = await decodeValues(readers(), [framed(id, Buffer.from('{}'))]);
  expect([outcomes, messages]).toEqual([['unmapped_type'], [expect.stringContaining('is JSON, not Avro')]]);
});

test('a URL that is no registry is an error, not an unknown schema', async () => {
  const wrong = httpRegistry({ url: registryUrl().replace('/apis/ccompat/v7', '/apis'), timeoutMs: 10_000 });
  await expect(wrong.schema(1)).rejects.toThrow(RegistryError);
  await expect(wrong.schema(1)).rejects.toThrow('check registry.url');
});

describe('over TLS', () => {
  let directory: string;
  let server: Server;
  let url: string;
  let ca: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'registry-tls-'));
    const store = join(directory, 'server.p12');
    const keytool = (...args: string[]) =>
      execFileSync(
        javaProgram('keytool'),
        [...args, '-keystore', store, '-storepass', 'changeit', '-alias', 'server'],
        {
          stdio: 'pipe',
        },
      );
    keytool(
      '-genkeypair',
      '-keyalg',
      'RSA',
      '-storetype',
      'PKCS12',
      '-dname',
      'CN=registry',
      '-ext',
      'san=ip:127.0.0.1',
    );
    ca = keytool('-exportcert', '-rfc').toString();
    server = createServer({ pfx: readFileSync(store), passphrase: 'changeit' }, (_, response) => {
      response.end(JSON.stringify({ schema: '"string"' }));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true });
  });

  test('a certificate we trust', async () => {
    const registry = httpRegistry({ url, tls: { ca }, timeoutMs: 5_000 });
    expect((await registry.schema(1))?.text).toBe('"string"');
  });

  test('one that we do not', async () => {
    const registry = httpRegistry({ url, timeoutMs: 5_000, attemptsMax: 1 });
    await expect(registry.schema(1)).rejects.toThrow(
      /the connection failed \(DEPTH_ZERO_SELF_SIGNED_CERT\).*registry\.tls/,
    );
  });
});
