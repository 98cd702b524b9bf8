/**
 * Random histories through the whole pipeline into the reference model: what ODP holds in the end is what the facts say,
 * to the ten-thousandth, however amounts were written, records interleaved, spoilt and cut into batches.
 * `HISTORIES=20000 SEED=7 npx jest history` runs more, or the same again.
 */
import fc from 'fast-check';
import { bodyJson } from '../../pipeline/order/body';
import { type Arrival, at, drive, undecodable } from '../driver';
import { cancelled, placed, refunded, returned } from '../facts';
import { OdpModel, type PurchaseRule } from '../model';

const HISTORIES = Number(process.env.HISTORIES ?? 500);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

/** Ten-thousandths, and one of the ways to write them. */
interface Amount {
  readonly scaled: number;
  readonly written: number | string;
}

const decimal = (scaled: number): string =>
  `${Math.floor(scaled / 10_000)}.${String(scaled % 10_000).padStart(4, '0')}`;

const amount: fc.Arbitrary<Amount> = fc
  .tuple(
    fc.oneof(
      fc.nat(2_000_000),
      fc.nat(30).map(n => n * 100),
      fc.integer({ min: 0, max: 99_999_999_999_999 }),
    ),
    fc.constantFrom<(scaled: number) => string>(
      decimal,
      scaled => `${decimal(scaled)}00`,
      scaled => `${scaled}e-4`,
      scaled => `+00${decimal(scaled)}E0`,
    ),
  )
  .map(([scaled, write]) => ({ scaled, written: write(scaled) }));

const deduction = fc.record({
  make: fc.constantFrom(returned, refunded, cancelled),
  goodsBack: fc.boolean(),
  negative: fc.boolean(),
  net: amount,
  tax: fc.option(amount, { nil: null }),
  shipping: fc.option(amount, { nil: null }),
  subtotalGiven: fc.boolean(),
});

const order = fc.record({
  bought: fc.option(fc.record({ total: amount, subtotal: amount, tax: fc.option(amount, { nil: null }) }), {
    nil: null,
    freq: 5,
  }),
  deductions: fc.array(deduction, { maxLength: 4 }),
});

const history = fc.record({
  orders: fc.array(order, { minLength: 1, maxLength: 5 }),
  spoilt: fc.array(fc.constantFrom('undecodable', 'tombstone', 'unmapped', 'unidentified'), { maxLength: 3 }),
  batches: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
  shuffle: fc.infiniteStream(fc.nat(1_000_000)),
  rule: fc.constantFrom<PurchaseRule>('add', 'set'),
});

type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

const spoiltArrival = { undecodable: undecodable(), tombstone: null, unmapped: { type: 'shop.Unknown', value: {} } };

/** What the facts say, worked out on bigints. */
interface Truth {
  total: bigint;
  subtotal: bigint;
  tax: bigint | undefined;
  counts: boolean;
}

const play = ({ orders, spoilt, shuffle, rule }: History) => {
  const truths = new Map<string, Truth>();
  const perOrder: Arrival['what'][][] = [];
  orders.forEach(({ bought, deductions }, index) => {
    const id = `O${index}`;
    if (bought === null && deductions.length === 0) return;
    const truth: Truth = { total: 0n, subtotal: 0n, tax: undefined, counts: true };
    truths.set(id, truth);
    const records: Arrival['what'][] = [];
    if (bought !== null) {
      const { total, subtotal, tax } = bought;
      truth.total += BigInt(total.scaled);
      truth.subtotal += BigInt(subtotal.scaled);
      if (tax !== null) truth.tax = BigInt(tax.scaled);
      records.push(
        placed({ order: id, at: '0s', total: total.written, subtotal: subtotal.written, tax: tax?.written }),
      );
    }
    deductions.forEach(({ make, goodsBack, negative, net, tax, shipping, subtotalGiven }, number) => {
      const scaled = net.scaled + (tax?.scaled ?? 0) + (shipping?.scaled ?? 0);
      truth.total -= BigInt(scaled);
      truth.subtotal -= BigInt(net.scaled);
      if (make === cancelled) truth.counts = false;
      records.push(
        make({
          order: id,
          id: `${id}-${number}`,
          at: '0s',
          total: `${negative ? '-' : ''}${decimal(scaled)}`,
          subtotal: subtotalGiven ? net.written : null,
          tax: tax?.written,
          shipping: shipping?.written,
          inventory_returned: goodsBack,
        }),
      );
    });
    // Under `set` a purchase wipes out what came before it: ours to send in order, once the ledger holds deductions back.
    perOrder.push(rule === 'set' ? records : shuffled(records, shuffle));
  });
  perOrder.push(
    ...spoilt.map((kind, index) => [
      kind === 'unidentified'
        ? placed({ order: `S${index}`, at: '0s', customer: { email: ' ' } })
        : spoiltArrival[kind],
    ]),
  );
  return { truths, story: interleaved(perOrder, shuffle).map(what => at('0s', what)) };
};

const shuffled = <T>(values: readonly T[], random: Iterator<number>): T[] =>
  values
    .map(value => ({ value, key: random.next().value as number }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);

/** Any order between the lists, their own within. */
const interleaved = <T>(lists: readonly T[][], random: Iterator<number>): T[] => {
  const queues = lists.map(list => [...list]);
  const turns = shuffled(
    lists.flatMap((list, index) => list.map(() => index)),
    random,
  );
  return turns.map(index => queues[index]!.shift() as T);
};

test(`ODP holds what the facts say (HISTORIES=${HISTORIES} SEED=${SEED})`, () => {
  let events = 0;
  fc.assert(
    fc.property(history, input => {
      const { truths, story } = play(input);
      const { orderEvents, failures, written, error } = drive(story, { batches: input.batches, memory: null });
      const model = new OdpModel(input.rule);
      for (const event of orderEvents) model.take(bodyJson(event, { dataSourceType: null, dataSource: null }));

      expect(error).toBeUndefined();
      expect([...model.orders.keys()].sort()).toEqual([...truths.keys()].sort());
      for (const [id, truth] of truths) expect(model.orders.get(id)).toMatchObject(truth);

      const skipped = input.spoilt.filter(kind => kind === 'tombstone').length;
      expect(failures).toHaveLength(input.spoilt.length - skipped);
      expect(orderEvents).toHaveLength(story.length - input.spoilt.length);
      expect(new Set(orderEvents.map(event => event.idempotence_id)).size).toBe(orderEvents.length);
      const accounted = written.reduce((sum, { records }) => sum + records, 0);
      expect(accounted).toBe(story.length);
      expect(written.reduce((sum, write) => sum + write.skipped, 0)).toBe(skipped);
      events += orderEvents.length;
    }),
    { numRuns: HISTORIES, seed: SEED },
  );
  expect(events).toBeGreaterThan(HISTORIES);
});
