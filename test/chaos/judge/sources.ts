/**
 * What stands on the order topics, by Java's reader: where each record stands that must become a failure. And that all facts
 * are there: what was never produced cannot be lost.
 */
import { factsPerOrderMax, type PlannedOrder, placeOf } from '../facts/order';
import { headerName, sources } from '../topics';
import { committed } from './committed';

export interface Sources {
  /** Names of bad kinds, by place. */
  readonly bad: ReadonlyMap<string, string>;
  /** Numbers of facts that must be refused, by place. */
  readonly refused: ReadonlyMap<string, number>;
  /** Records, repeated ones among them. */
  readonly records: number;
  /** Of them, those of facts that stood there before. */
  readonly repeated: number;
}

/** Of a fact among all: facts of an order follow each other. */
export const factNumber = (order: number, index: number): number => order * factsPerOrderMax + index;

export const sourcePlace = (topic: string, partition: number, offset: number | bigint): string =>
  `${topic}/${partition}/${offset}`;

/** @throws Error when a fact of these orders is missing: then the harness is wrong, and not the pipeline. */
export const readSources = async (
  brokers: readonly string[],
  orders: number,
  orderOf: (number: number) => PlannedOrder,
): Promise<Sources> => {
  const [bad, refused] = [new Map<string, string>(), new Map<string, number>()];
  const produced = new Uint8Array(orders * factsPerOrderMax);
  let [records, repeated] = [0, 0];
  for (const topic of sources)
    for await (const { partition, offset, header } of committed(brokers, topic)) {
      const name = header(headerName) ?? '';
      if (name.startsWith('e')) continue;
      records += 1;
      const place = sourcePlace(topic, partition, offset);
      if (name.startsWith('b:')) {
        bad.set(place, name.slice(2));
        continue;
      }
      const fact = placeOf(`C${name.slice(2)}`);
      if (fact === undefined) throw new Error(`Cannot judge as ${place} is none of our records`);
      const number = factNumber(fact.number, fact.index);
      if (produced[number] === 1) repeated += 1;
      produced[number] = 1;
      if (orderOf(fact.number).facts[fact.index]?.event === null) refused.set(place, number);
    }
  for (let order = 0; order < orders; order++)
    for (const index of orderOf(order).facts.keys())
      if (produced[factNumber(order, index)] !== 1)
        throw new Error(`Cannot judge as fact ${index} of order ${order} was never produced`);
  return { bad, refused, records, repeated };
};
