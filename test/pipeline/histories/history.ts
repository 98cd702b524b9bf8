/**
 * Random histories of a few orders, in small numbers of milliseconds so that boundaries are hit: facts that come again in the
 * same and in other windows, retries under another id, disorder within and beyond the grace, idle gaps, deductions before their
 * purchase, cancels that leave their amounts open, too much given back, unusable records, batch cuts and crashes anywhere.
 */
import fc from 'fast-check';
import { defaultOrderWindowSettings, type OrderWindowSettings } from '../../../pipeline/order/window';
import { type DriveOptions, TOPIC } from '../../driver';
import { codeOfSpoilt, type Delivery, lineOf, type Spoilt, type Told } from './told';

export const FAR_TOPIC = 'commerce.refunds';
export const GRACE = 5;
export const WAIT = 20;
const GAP = 3;
const SIZE = 10;

export interface History {
  /** In the order in which they are read. */
  readonly deliveries: readonly Delivery[];
  readonly options: DriveOptions;
}

/** Null once in `freq` times. */
const maybe = <T>(value: fc.Arbitrary<T>, freq = 2) => fc.option(value, { nil: null, freq });
const rarely = <T>(usual: T, weight: number, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(usual), weight }, { arbitrary: fc.constantFrom(...others), weight: 1 });

/** Now and then after a gap in which all falls asleep. */
const time = fc.tuple(fc.oneof(fc.nat(40), fc.nat(6)), rarely(0, 4, 200, 400)).map(([at, gap]) => at + gap);

const placed = fc.record({
  at: time,
  total: fc.nat(100),
  subtotal: maybe(fc.nat(80), 5),
  tax: maybe(fc.nat(9)),
  shipping: maybe(fc.nat(9)),
  currency: rarely('EUR', 12, 'USD'),
});

const deduction = fc
  .record({
    kind: fc.constantFrom('returned' as const, 'refunded' as const, 'cancelled' as const),
    at: time,
    net: fc.nat(40),
    tax: maybe(fc.nat(4)),
    shipping: maybe(fc.nat(4)),
    says: fc.constantFrom('total', 'all', 'odd', 'nothing'),
    currency: rarely('EUR', 12, 'USD'),
    goodsBack: fc.boolean(),
  })
  .map(({ net, says, kind, tax, shipping, goodsBack, ...rest }) => {
    const fact = { ...rest, kind, tax, shipping, total: net + (tax ?? 0) + (shipping ?? 0), subtotal: null };
    const refund = { ...fact, goodsBack: kind === 'refunded' && goodsBack };
    if (says === 'all') return { ...refund, subtotal: net };
    if (says === 'odd') return { ...refund, subtotal: net + 3 };
    if (says === 'total' || kind !== 'cancelled') return refund;
    return { ...refund, total: null, tax: null, shipping: null };
  });

/** Each time so much later, by so manieth topic. */
const arrivals = fc.array(
  fc.record({
    delay: fc.oneof({ arbitrary: fc.nat(GRACE), weight: 2 }, { arbitrary: fc.nat(60), weight: 1 }),
    topic: fc.nat(1),
    byInbox: rarely(false, 9, true),
  }),
  { minLength: 1, maxLength: 3 },
);

const order = fc.record({
  bought: maybe(fc.tuple(placed, arrivals), 6),
  /** Under another id, a while later: the same, or changed. */
  retry: maybe(fc.record({ after: fc.nat(30), more: rarely(0, 2, 7), arrivals })),
  deductions: fc.array(fc.tuple(deduction, arrivals), { maxLength: 4 }),
});

type Order = typeof order extends fc.Arbitrary<infer T> ? T : never;
type Arrivals = Order['deductions'][number][1];

const factsOf = (name: string, { bought, retry, deductions }: Order): [Told, Arrivals][] => {
  const facts: [Told, Arrivals][] = [];
  const base = { order: name, goodsBack: false };
  if (bought !== null) {
    const [purchase, arrivals] = bought;
    const fact = { ...base, ...purchase, kind: 'placed' as const, id: `${name}-placed` };
    facts.push([fact, arrivals]);
    if (retry !== null) {
      const again = { ...fact, id: `${name}-again`, at: fact.at + retry.after, total: fact.total + retry.more };
      facts.push([again, retry.arrivals]);
    }
  }
  for (const [index, [fact, arrivals]] of deductions.entries())
    facts.push([{ ...base, ...fact, id: `${name}${index}` }, arrivals]);
  return facts;
};

/** What a history may have beside its facts. */
export interface Range {
  readonly topics: readonly number[];
  readonly kinds: readonly OrderWindowSettings['kind'][];
  readonly inbox?: true;
  /** Few facts or bytes held: windows close early. */
  readonly bounds?: true;
  /** A clock, and topics that are idle by it. */
  readonly clock?: true;
}

const fates = fc.array(rarely<'good' | 'lost' | 'died after'>('good', 2, 'lost', 'died after'), { maxLength: 8 });
const cuts = fc.option(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }), { nil: undefined });
const unusable = Object.keys(codeOfSpoilt) as Spoilt[];

export const historyOf = ({ topics, kinds, inbox, bounds, clock }: Range): fc.Arbitrary<History> =>
  fc
    .record({
      orders: fc.array(order, { minLength: 1, maxLength: 3 }),
      spoilt: fc.array(fc.record({ what: fc.constantFrom(...unusable), atMs: fc.nat(100), topic: fc.nat(1) }), {
        maxLength: 3,
      }),
      topicCount: fc.constantFrom(...topics),
      kind: fc.constantFrom(...kinds),
      late: rarely<'emit' | 'refuse'>('emit', 4, 'refuse'),
      merge: fc.boolean(),
      latePurchase: rarely<'full' | 'net' | 'refuse'>('full', 4, 'net', 'refuse'),
      overDeduction: rarely<'refuse' | 'warn'>('refuse', 4, 'warn'),
      hop: rarely(20, 1, 8),
      heldFactsMax: fc.integer({ min: 1, max: 5 }),
      heldBytes: fc.constantFrom(1, 100, 140, 1000),
      bounded: fc.constantFrom('facts', 'bytes', 'neither'),
      batches: cuts,
      part: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      writes: fates,
      idleAfter: fc.integer({ min: 1, max: 30 }),
    })
    .map(told => {
      const names = [TOPIC, FAR_TOPIC].slice(0, told.topicCount);
      const topicOf = (index: number) => names[index % names.length] as string;
      const deliveries: Delivery[] = told.spoilt.map(({ topic, ...rest }) => ({ ...rest, topic: topicOf(topic) }));
      told.orders.forEach((one, index) => {
        for (const [what, arrivals] of factsOf('ABC'[index] as string, one))
          for (const { delay, topic, byInbox } of arrivals)
            deliveries.push({ atMs: what.at + delay, topic: inbox && byInbox ? 'inbox' : topicOf(topic), what });
      });
      const window = {
        ...defaultOrderWindowSettings,
        kind: told.kind,
        gapMs: GAP,
        sizeMs: SIZE,
        graceMs: GRACE,
        late: told.late,
        merge: told.merge,
        ...(bounds && told.bounded === 'facts' && { heldFactsMax: told.heldFactsMax }),
        ...(bounds && told.bounded === 'bytes' && { heldBytesPerOrderMax: told.heldBytes }),
      };
      const options: DriveOptions = {
        topics: names,
        window,
        ledger: { orphanWaitMs: WAIT, latePurchase: told.latePurchase, overDeduction: told.overDeduction },
        summary: { sizeMs: 20, hopMs: told.hop },
        writes: told.writes,
        ...(told.batches !== undefined && { batches: told.batches }),
        ...(told.part !== undefined && { partRecordsMax: told.part }),
        ...(clock
          ? { idleAfter: `${told.idleAfter}ms`, pullWait: '5ms', until: `${lastOf(deliveries) + 60}ms` }
          : { backlog: true as const }),
      };
      return shown({ deliveries: deliveries.sort((a, b) => a.atMs - b.atMs), options });
    });

const lastOf = (deliveries: readonly Delivery[]): number => Math.max(0, ...deliveries.map(({ atMs }) => atMs));

/** With the text by which fast-check shows it. */
const shown = (history: History): History => {
  const asText = { [fc.toStringMethod]: () => storyOf(history) };
  return { ...history, ...asText };
};

export const storyOf = ({ deliveries, options }: History): string =>
  `drive([\n${deliveries.map(delivery => `  ${lineOf(delivery)}\n`).join('')}], ${JSON.stringify(options)})`;
