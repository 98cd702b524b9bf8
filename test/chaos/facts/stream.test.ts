/** The truth of a run: the same by its seed, complete, and of everything that is to be judged enough. */
import { factsPerOrderMax, planOrder } from './order';
import { FactStream, type Streamed } from './stream';

const all = (seed: number, count: number): { readonly streamed: Streamed[]; readonly orders: number } => {
  const stream = new FactStream(seed, count);
  const streamed: Streamed[] = [];
  for (let next = stream.next(); next !== undefined; next = stream.next()) streamed.push(next);
  expect(stream.produced).toBe(streamed.length);
  return { streamed, orders: stream.orders };
};

const nameOf = (one: Streamed) => ('bad' in one ? one.bad.name : `${one.order.number}.${one.index}`);

test('the same seed is the same stream, another is not', () => {
  const [once, again, other] = [all(1, 2_000), all(1, 2_000), all(2, 2_000)].map(({ streamed }) =>
    streamed.map(nameOf),
  );
  expect(again).toEqual(once);
  expect(other).not.toEqual(once);
});

test('every fact of every order comes, and some come again', () => {
  const { streamed, orders } = all(7, 5_000);
  const times = new Map<string, number>();
  for (const one of streamed) if (!('bad' in one)) times.set(nameOf(one), (times.get(nameOf(one)) ?? 0) + 1);
  const planned = Array.from({ length: orders }, (_, number) => planOrder(7, number)).flatMap(({ number, facts }) =>
    facts.map(({ repeatedAfter }, index) => [`${number}.${index}`, repeatedAfter === null ? 1 : 2] as const),
  );
  expect(times).toEqual(new Map(planned.sort()));
  expect([...times.values()].filter(count => count > 1).length).toBeGreaterThan(100);
});

test('what is not swapped comes in its order, but for purchases, and none before it happens', () => {
  const { streamed } = all(3, 5_000);
  const newest = new Map<number, number>();
  let late = 0;
  streamed.forEach((one, place) => {
    if ('bad' in one) return;
    if (place < 5_000) expect(place).toBeGreaterThanOrEqual(one.happened); // at the end what is left comes at once
    const before = newest.get(one.order.number) ?? 0;
    if (one.index === 0 && before > 0) late += 1;
    else if (!one.order.swapped && before > one.index) expect(one.fact.repeatedAfter).not.toBeNull();
    newest.set(one.order.number, Math.max(before, one.index));
  });
  expect(late).toBeGreaterThan(20);
});

test('an order comes to what its facts say: what is given back, and what remains after each', () => {
  let [refused, swapped] = [0, 0];
  for (let number = 0; number < 2_000; number++) {
    const { facts, given, swapped: isSwapped } = planOrder(5, number);
    expect(facts.length).toBeLessThanOrEqual(factsPerOrderMax);
    if (isSwapped) swapped += 1;
    let [total, tax] = [0, 0];
    for (const { kind, says, event } of facts.slice(1)) {
      if (event === null) {
        refused += 1;
        expect(says?.total).toBeGreaterThan(facts[0]?.says?.total ?? 0);
        continue;
      }
      total += Math.abs(event.total);
      tax = (facts[0]?.says?.tax ?? 0) - event.tax;
      expect(event.total > 0).toBe(kind === 'refunded');
      if (says !== null) expect(says.total).toBe(says.subtotal + says.tax + says.shipping);
    }
    expect(total).toBe(given.total);
    expect(tax).toBe(given.tax);
    expect(given.total).toBeLessThanOrEqual(facts[0]?.says?.total ?? 0);
  }
  expect(refused).toBeGreaterThan(100);
  expect(swapped).toBeGreaterThan(30);
});
