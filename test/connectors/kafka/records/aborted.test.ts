/** The filter against a model that knows the transactions from their story, and against Kafka's own order of the list. */
import fc from 'fast-check';
import { batchOf, emptyBatch, markerOf, read, text } from './batches';

/** What producers do, one after the other. */
type Step =
  | { readonly kind: 'write'; readonly producer: number; readonly records: number; readonly oddKey: boolean }
  | { readonly kind: 'plain'; readonly records: number }
  | { readonly kind: 'end'; readonly producer: number; readonly abort: boolean };

interface Log {
  readonly batches: { readonly bytes: Buffer; readonly baseOffset: number; readonly nextOffset: number }[];
  /** As the broker sends it: in the order of the markers. */
  readonly aborted: { producerId: bigint; firstOffset: bigint; lastOffset: number }[];
  /** Offsets of records whose transaction was aborted, and of those still open at the end. */
  readonly out: Set<number>;
  readonly open: Set<number>;
  readonly data: number[];
}

const logOf = (steps: readonly Step[]): Log => {
  const log: Log = { batches: [], aborted: [], out: new Set(), open: new Set(), data: [] };
  const running = new Map<number, number[]>();
  let offset = 0;
  const add = (bytes: Buffer, count: number) => {
    log.batches.push({ bytes, baseOffset: offset, nextOffset: offset + count });
    offset += count;
  };
  for (const step of steps) {
    if (step.kind === 'end') {
      const written = running.get(step.producer);
      if (!written) continue;
      running.delete(step.producer);
      if (step.abort) {
        for (const one of written) log.out.add(one);
        const firstOffset = BigInt(written[0] as number);
        log.aborted.push({ producerId: BigInt(step.producer), firstOffset, lastOffset: offset });
      }
      add(markerOf(step.abort ? 'abort' : 'commit', BigInt(step.producer), offset), 1);
    } else {
      const offsets = Array.from({ length: step.records }, (_, index) => offset + index);
      const key = step.kind === 'write' && step.oddKey ? Buffer.alloc(4) : text('key');
      const producerId = step.kind === 'write' ? BigInt(step.producer) : -1n;
      const transactional = step.kind === 'write';
      if (step.kind === 'write') running.set(step.producer, [...(running.get(step.producer) ?? []), ...offsets]);
      log.data.push(...offsets);
      add(
        batchOf(
          offsets.map(one => ({ key, value: text(String(one)) })),
          { baseOffset: offset, producerId, transactional, codec: step.records % 2 === 0 ? 'gzip' : 'none' },
        ),
        step.records,
      );
    }
  }
  for (const written of running.values()) for (const one of written) log.open.add(one);
  return log;
};

const producers = fc.nat(5);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      producer: producers,
      records: fc.integer({ min: 1, max: 4 }),
      oddKey: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('plain' as const), records: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('end' as const), producer: producers, abort: fc.boolean() }) },
);

/** Fetches as a broker answers: whole batches up to the first record of an open transaction, a few at a time. */
const fetched = (log: Log, from: number, batches: number) => {
  const stable = Math.min(...log.open, Number.POSITIVE_INFINITY);
  const wanted = log.batches.filter(one => one.nextOffset > from && one.nextOffset <= stable).slice(0, batches);
  const end = wanted.at(-1)?.nextOffset ?? from;
  return {
    bytes: Buffer.concat(wanted.map(one => one.bytes)),
    aborted: log.aborted.filter(one => Number(one.firstOffset) < end && one.lastOffset >= from),
  };
};

test('only committed records come through, however they interleave and however much is fetched', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 70 }), (steps, batches) => {
      const log = logOf(steps);
      const stable = Math.min(...log.open, Number.POSITIVE_INFINITY);
      const seen: number[] = [];
      let dropped = 0;
      let from = 0;
      for (;;) {
        const { bytes, aborted } = fetched(log, from, batches);
        if (bytes.length === 0) break;
        const result = read(bytes, { from, aborted });
        for (const record of result.records) {
          expect(String(record.value)).toBe(String(record.offsetNumber));
          seen.push(record.offsetNumber);
        }
        dropped += result.aborted;
        from = result.nextOffset;
      }
      expect(seen).toEqual(log.data.filter(one => one < stable && !log.out.has(one)));
      expect(dropped).toBe(log.data.filter(one => one < stable && log.out.has(one)).length);
    }),
    { numRuns: 500 },
  );
});

test('all data comes through when aborted and open is asked for as well; markers never', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const log = logOf(steps);
      const bytes = Buffer.concat(log.batches.map(one => one.bytes));
      const { records } = read(bytes, { aborted: log.aborted, committedOnly: false });
      expect(records.map(record => record.offsetNumber)).toEqual(log.data);
    }),
    { numRuns: 200 },
  );
});

describe('by hand', () => {
  const write = (producerId: bigint, baseOffset: number, transactional = true) =>
    batchOf([{ key: Buffer.alloc(4), value: null }], { baseOffset, producerId, transactional });
  const offsets = (batches: Buffer[], aborted: [bigint, number][]) =>
    read(Buffer.concat(batches), {
      aborted: aborted.map(([producerId, first]) => ({ producerId, firstOffset: BigInt(first) })),
    }).records.map(record => record.offsetNumber);

  test('the list is by marker, not by offset: the later transaction ended first', () => {
    const batches = [write(1n, 0), write(2n, 1), markerOf('abort', 2n, 2), write(1n, 3), markerOf('abort', 1n, 4)];
    expect(
      offsets(batches, [
        [2n, 1],
        [1n, 0],
      ]),
    ).toEqual([]);
  });
  test('one producer, aborted twice, committed between', () => {
    const batches = [
      write(1n, 0),
      markerOf('abort', 1n, 1),
      write(1n, 2),
      markerOf('commit', 1n, 3),
      write(1n, 4),
      markerOf('abort', 1n, 5),
      write(1n, 6),
    ];
    expect(
      offsets(batches, [
        [1n, 0],
        [1n, 4],
      ]),
    ).toEqual([2, 6]);
  });
  test('without a marker in the fetch, all of it to the end', () => {
    expect(offsets([write(1n, 0), write(2n, 1), write(1n, 2)], [[1n, 0]])).toEqual([1]);
  });
  test('what a producer writes outside of transactions was not aborted', () => {
    expect(offsets([write(1n, 0), write(1n, 1, false)], [[1n, 0]])).toEqual([1]);
  });
  test('a key of four zero bytes is no marker', () => {
    expect(offsets([write(1n, 0), write(1n, 1)], [[1n, 0]])).toEqual([]);
  });
  test('the first batch was cleaned away: its header still begins the transaction', () => {
    expect(offsets([emptyBatch(0, 2), write(1n, 3), markerOf('abort', 1n, 4), write(1n, 5)], [[1n, 0]])).toEqual([5]);
  });
  test('all its records were cleaned away: the marker alone still ends the transaction', () => {
    expect(offsets([markerOf('abort', 1n, 5), write(1n, 6)], [[1n, 0]])).toEqual([6]);
  });
});
