/** What must be true of every history. Shared by the short run of the gate and the long one of `npm test`. */
import { bodyJson } from '../../../pipeline/order/body';
import type { OrderWindowSettings } from '../../../pipeline/order/window';
import type { OrderEvent } from '../../../schemas/types';
import { type Driven, drive } from '../../driver';
import { STORY_START } from '../../facts';
import { OdpModel } from '../../model';
import { amountsOf, Book, type BookSettings, type Line, mergedLines, sameContent } from './book';
import { GRACE, type History, WAIT } from './history';
import { expectedOf } from './oracle';
import { partsOf } from './summaries';
import { arrivalOf, codeOfSpoilt, type Spoilt, type Told } from './told';

export const driven = ({ deliveries, options }: History): Driven => drive(deliveries.map(arrivalOf), options);

export const settingsOf = ({ options }: History) => {
  const window = options.window as OrderWindowSettings;
  const { latePurchase = 'full', overDeduction = 'refuse' } = options.ledger ?? {};
  const book: BookSettings = { orphanWaitMs: WAIT, latePurchase, overDeduction };
  return { ...window, ...book, topics: options.topics ?? [], start: STORY_START, graceMs: GRACE };
};

const wire = (event: OrderEvent): string => bodyJson(event, { dataSourceType: null, dataSource: null });
const scaled = (amount: number | null) => (amount === null ? null : BigInt(amount));

const lineOfEvent = ({ action, fact_ids, total, subtotal, tax, shipping, late }: OrderEvent): Line => ({
  action,
  ids: fact_ids,
  late,
  total: scaled(total),
  subtotal: scaled(subtotal),
  tax: scaled(tax),
  shipping: scaled(shipping),
});

const byOrder = <T>(events: readonly OrderEvent[], what: (event: OrderEvent) => T): Map<string, T[]> => {
  const orders = new Map<string, T[]>();
  for (const event of events) orders.set(event.order_id, [...(orders.get(event.order_id) ?? []), what(event)]);
  return new Map([...orders].sort(([a], [b]) => (a < b ? -1 : 1)));
};

const failuresOf = ({ failed }: Driven): string[] =>
  failed.map(({ source, code }) => `${source.topic}@${source.offset} ${code}`).sort();

const duplicatesOf = ({ written }: Driven): number => sum(written.map(({ duplicates }) => duplicates));

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** Everything that was read is an event, a duplicate or a failure, once; nothing is left waiting. */
export const allIsAccountedFor = ({ deliveries }: History, result: Driven): void => {
  const ids = result.orderEvents.flatMap(({ fact_ids }) => fact_ids);
  const skipped = sum(result.written.map(write => write.skipped));
  expect({
    error: result.error,
    records: sum(result.written.map(({ records }) => records)),
    skipped,
    outcomes: ids.length + result.failed.length + duplicatesOf(result) + skipped,
    distinctFacts: new Set(ids).size,
    distinctFailures: new Set(failuresOf(result)).size,
    held: result.written.at(-1)?.held ?? 0,
    waiting: [...result.states.values()].flatMap(({ waiting, windows }) => [...waiting, ...windows]),
  }).toEqual({
    error: undefined,
    records: deliveries.length,
    skipped: deliveries.filter(({ what }) => what === 'tombstone').length,
    outcomes: deliveries.length,
    distinctFacts: ids.length,
    distinctFailures: result.failed.length,
    held: 0,
    waiting: [],
  });
};

/** Exactly the events and failures that the oracle says. */
export const isAsExpected = (history: History, result: Driven): void => {
  const expected = expectedOf(history.deliveries, { ...settingsOf(history), kind: kindOf(history) });
  expect(byOrder(result.orderEvents, lineOfEvent)).toEqual(new Map([...expected.events].sort()));
  expect(failuresOf(result)).toEqual(expected.failures);
  expect(duplicatesOf(result)).toBe(expected.duplicates);
};

const kindOf = (history: History): 'session' | 'tumbling' => {
  const { kind } = settingsOf(history);
  if (kind === 'none') throw new Error('The oracle knows no history without windows');
  return kind;
};

/**
 * Events are what the book says, fact by fact; ODP ends with what the facts say; and each refusal was right. Which facts were
 * refused, and in which order the others were taken, is taken from the result.
 */
export const odpHoldsTheTruth = (history: History, result: Driven): void => {
  const facts = new Map<string, Told>();
  for (const { what } of history.deliveries) if (typeof what !== 'string') facts.set(what.id, what);
  const models = { add: new OdpModel('add'), set: new OdpModel('set') };
  for (const event of result.orderEvents) for (const model of Object.values(models)) model.take(wire(event));
  const books = new Map<string, Book>();
  const lines: Line[] = [];
  const [held, truth]: [unknown[], unknown[]] = [[], []];
  for (const [order, events] of byOrder(result.orderEvents, event => event)) {
    const settled = settledIn(order, facts, history, result);
    const { book, isLate } = settled;
    books.set(order, book);
    for (const { fact_ids, late } of events)
      lines.push(...mergedLines(fact_ids.map(id => ({ ...(settled.lines.get(id) as Line), late }))));
    const whole = truthOf(book, settled.isCancelled);
    const { latePurchase } = settingsOf(history);
    held.push(order, models.add.orders.get(order), models.set.orders.get(order));
    truth.push(
      order,
      isLate && latePurchase === 'net' ? expect.objectContaining(overwritten(book)) : whole,
      isLate ? expect.objectContaining(overwritten(book)) : whole,
    );
  }
  expect([...byOrder(result.orderEvents, lineOfEvent).values()].flat()).toEqual(lines);
  expect(held).toEqual(truth);
  expect(models.add.orders.size).toBe(books.size);
  refusalsAreRight(history, result, facts, books);
};

/** The facts of an order as the book takes them, one by one as they were taken. */
const settledIn = (order: string, facts: ReadonlyMap<string, Told>, history: History, result: Driven) => {
  const book = new Book(settingsOf(history));
  const lines = new Map<string, Line | string>();
  let isLate = false;
  let isCancelled = false;
  for (const { fact_id } of result.states.get(order)?.ledger?.seen ?? []) {
    const fact = facts.get(fact_id) as Told;
    if (fact.kind === 'placed' && book.seen.size > 0) isLate = true;
    if (fact.kind === 'cancelled') isCancelled = true;
    lines.set(fact_id, book.settle(fact, false));
  }
  return { book, lines, isLate, isCancelled };
};

/** What ODP must hold in the end. */
const truthOf = (book: Book, isCancelled: boolean) => {
  const bought = book.bought && amountsOf(book.bought);
  return {
    total: (bought?.total ?? 0n) - book.given.total,
    subtotal: (bought?.subtotal ?? 0n) - book.given.subtotal,
    ...overwritten(book),
    counts: !isCancelled,
  };
};

const overwritten = (book: Book) => {
  const { tax, shipping } = book.left();
  return { tax: known(tax), shipping: known(shipping) };
};

const refusalsAreRight = (
  history: History,
  result: Driven,
  facts: ReadonlyMap<string, Told>,
  books: ReadonlyMap<string, Book>,
): void => {
  const wrong: unknown[] = [];
  const refused = new Set<string>();
  const bookOf = (order: string) => books.get(order) ?? new Book(settingsOf(history));
  for (const { source, code } of result.failed) {
    const what = whatOf(history, source) as Told | Spoilt;
    if (typeof what === 'string') {
      if (code !== codeOfSpoilt[what]) wrong.push({ what, code });
      continue;
    }
    refused.add(what.id);
    if (!mayBeRefused(what, code, bookOf(what.order), history)) wrong.push({ what, code });
  }
  for (const fact of facts.values()) {
    const { bought, seen } = bookOf(fact.order);
    // No event: refused (what came again while it waited is a duplicate all the same), or a retry of what went out.
    const isRetry = fact.kind === 'placed' && bought !== undefined && sameContent(fact, bought);
    if (!seen.has(fact.id) && !isRetry && !refused.has(fact.id)) wrong.push({ lost: fact });
  }
  expect(wrong).toEqual([]);
};

const known = (amount: bigint | null) => (amount === null ? undefined : amount < 0n ? 0n : amount);

const whatOf = ({ deliveries }: History, source: { readonly topic: string; readonly offset: bigint }) =>
  deliveries.filter(({ topic }) => topic === source.topic)[Number(source.offset)]?.what;

/** By what is known in the end: of what is left, there is never more than that before. */
const mayBeRefused = (fact: Told, code: string, book: Book, history: History): boolean => {
  const { late, latePurchase, overDeduction } = settingsOf(history);
  const { bought } = book;
  switch (code) {
    case 'late':
      return late === 'refuse';
    case 'over_deduction':
      return overDeduction === 'refuse' && fact.kind !== 'cancelled' && book.isBeyond(amountsOf(fact));
    case 'purchase_changed':
      if (fact.kind !== 'placed') return false;
      return bought === undefined ? latePurchase === 'refuse' && book.seen.size > 0 : !sameContent(fact, bought);
    case 'currency_changed':
      return book.currency !== undefined && book.currency !== fact.currency;
    case 'missing_field':
      return fact.kind === 'cancelled' && fact.total === null;
    default:
      return false;
  }
};

/** What must be the same however the same records are fetched, cut and interrupted. */
export const told = (result: Driven) => ({
  events: byOrder(result.orderEvents, wire),
  late: byOrder(result.orderEvents, ({ fact_ids, late, warnings }) => [fact_ids, late, warnings]),
  refused: result.failed.map(({ code, orderId }) => `${orderId} ${code}`).sort(),
  duplicates: duplicatesOf(result),
  summaries: partsOf(result),
  error: result.error,
});

/** And what is remembered: where records are read from the same places. */
export const all = (result: Driven) => ({
  ...told(result),
  failures: failuresOf(result),
  states: new Map([...result.states].sort()),
});
