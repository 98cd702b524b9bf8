/** The failures against the truth: each bad record's once, each refused fact's, and no others. */
import { badKind } from '../facts/bad';
import { factsPerOrderMax, type PlannedOrder } from '../facts/order';
import { topics } from '../topics';
import { committed } from './committed';
import { add } from './events';
import { readerOf } from './reading';
import { factNumber, type Sources, sourcePlace } from './sources';
import type { Verdict } from './verdict';

/** @returns How many, by stage. */
export const judgeFailures = async (
  brokers: readonly string[],
  orders: number,
  orderOf: (number: number) => PlannedOrder,
  { bad, refused }: Sources,
  verdict: Verdict,
): Promise<Map<string, number>> => {
  const byStage = new Map<string, number>();
  const seen = new Set<string>();
  const refusedSeen = new Uint8Array(orders * factsPerOrderMax);
  const read = readerOf('odp.OrderFailure');
  for await (const { value, partition, offset } of committed(brokers, topics.failures)) {
    const at = `${topics.failures}[${partition}] at ${offset}`;
    if (value === null) {
      verdict.add('wrong', `${at} has no value`);
      continue;
    }
    const { stage, code, source } = read(value);
    add(byStage, stage, 1);
    const place = sourcePlace(source.topic, source.partition, source.offset);
    const number = refused.get(place);
    const kind = badKind(bad.get(place) ?? '');
    const wanted = number !== undefined ? 'ledger/over_deduction' : kind && `${kind.stage}/${kind.code}`;
    if (wanted !== `${stage}/${code}`)
      verdict.add('wrong', `${at} is ${stage}/${code} of ${place}, where ${wanted ?? 'no failure'} is right`);
    else if (seen.has(place)) verdict.add('duplicated', `${at} is one more failure of ${place}`);
    seen.add(place);
    if (number !== undefined) refusedSeen[number] = 1;
  }
  for (const [place, name] of bad) if (!seen.has(place)) verdict.add('lost', `no failure of ${place} (${name})`);
  // Of a refused fact that was produced twice, the second record may meet the first in its window and be dropped there.
  for (let order = 0; order < orders; order++)
    for (const [index, { event }] of orderOf(order).facts.entries())
      if (event === null && refusedSeen[factNumber(order, index)] === 0)
        verdict.add('lost', `no failure of fact C${order}.${index}`, `C${order}`);
  return byStage;
};
