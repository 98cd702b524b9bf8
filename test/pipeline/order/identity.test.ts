import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { EVENT_NAMESPACE, FAILURE_NAMESPACE, failureId, idempotenceId } from '../../../pipeline/order/identity';

/** The documented format by Node's own SHA-1. */
const reference = (namespace: string, parts: readonly string[]): string => {
  const name = parts.map(part => `${part.length}:${part}`).join('');
  const digest = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8')
    .digest();
  digest[6] = (digest[6]! & 0x0f) | 0x50;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  return digest.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

// Written down: were they to change, ODP would take every replay for news.
test.each([
  ['an event', idempotenceId('SO-1', ['SO-1-placed']), '7149278a-f39f-5002-a45c-b5ebde939589'],
  ['an event of two facts', idempotenceId('SO-1', ['r-1', 'r-2']), '949a2ac9-8125-58ef-86af-0770c3a4e005'],
  ['an order id beyond ASCII', idempotenceId('Ünï-€-😀', ['1']), '7dc59770-40c1-577a-99a4-b59ba7bb7dd9'],
  [
    'a failure',
    failureId('commerce.orders', 3, 9_007_199_254_740_993n, 'map', 'no_items'),
    '2de51718-2404-590a-8495-0b04f603cc90',
  ],
])('the id of %s stays what it is', (_, id, expected) => {
  expect(id).toBe(expected);
});

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ minLength: 40, maxLength: 300 }),
);

test('it is RFC 4122 version 5 of the documented name', () => {
  fc.assert(
    fc.property(anyText, fc.array(anyText, { maxLength: 5 }), (orderId, factIds) => {
      expect(idempotenceId(orderId, factIds)).toBe(reference(EVENT_NAMESPACE, [orderId, ...factIds]));
    }),
    { numRuns: 2000 },
  );
});

test('at every length around the blocks of SHA-1, and longer than the buffer', () => {
  for (let length = 0; length < 200; length++) {
    const id = 'x'.repeat(length);
    expect(idempotenceId(id, [])).toBe(reference(EVENT_NAMESPACE, [id]));
  }
  const long = '€'.repeat(20_000);
  expect(idempotenceId(long, [long])).toBe(reference(EVENT_NAMESPACE, [long, long]));
  expect(idempotenceId('A', ['b'])).toBe(reference(EVENT_NAMESPACE, ['A', 'b']));
});

test.each([0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff])(
  'around the bounds of UTF-8: %p',
  point => {
    const text = `a${String.fromCodePoint(point)}b`;
    expect(idempotenceId(text, [text])).toBe(reference(EVENT_NAMESPACE, [text, text]));
  },
);

test('half a surrogate pair is U+FFFD, as in every encoder', () => {
  for (const odd of ['\ud800', '\udc00', 'a\ud83d', '\ud83dx', '\ude00\ud83d', '\ud83d\ud83d\ude00']) {
    expect(idempotenceId(odd, [odd])).toBe(reference(EVENT_NAMESPACE, [odd, odd]));
  }
});

test('a failure has its place, stage and code', () => {
  const id = failureId('t', 12, 34n, 'decode', 'corrupt');
  expect(id).toBe(reference(FAILURE_NAMESPACE, ['t', '12', '34', 'decode', 'corrupt']));
});

test('parts do not run together, order matters, and events are not failures', () => {
  const ids = [
    idempotenceId('AB', ['C']),
    idempotenceId('A', ['BC']),
    idempotenceId('ABC', []),
    idempotenceId('A', ['B', 'C']),
    idempotenceId('A', ['C', 'B']),
    idempotenceId('A', ['1:B1:C']),
    idempotenceId('A ', ['B', 'C']),
    idempotenceId('t', ['1', '2', 'map', 'no_items']),
    failureId('t', 1, 2n, 'map', 'no_items'),
    failureId('t', 12, 2n, 'map', 'no_items'),
    failureId('t', 1, 22n, 'map', 'no_items'),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});
