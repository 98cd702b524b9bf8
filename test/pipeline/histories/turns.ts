/** Which turns the histories took: a generator that never comes to something proves nothing about it. */
import type { Driven } from '../../driver';
import { sameContent } from './book';
import type { History } from './history';
import type { Told } from './told';

const TURNS = {
  'a late event': ({ orderEvents }) => orderEvents.some(({ late }) => late),
  'several facts in one event': ({ orderEvents }) => orderEvents.some(({ fact_ids }) => fact_ids.length > 1),
  'a cancel cut to what is left': warned('cut_to_what_is_left'),
  'more given back than is left': warned('over_deduction'),
  'a purchase after its deductions': warned('late_purchase'),
  'more tax or shipping given back than paid': warned('remainder_below_zero'),
  'an over-deduction refused': refused('over_deduction'),
  'another purchase refused': refused('purchase_changed'),
  'another currency refused': refused('currency_changed'),
  'an open cancel refused': refused('missing_field'),
  'a late fact refused': refused('late'),
  'a fact from 2099': refused('invalid_timestamp'),
  'a fact that came again': ({ written }) => written.some(({ duplicates }) => duplicates > 0),
  'a retry under another id': ({ states }, { deliveries }) =>
    [...states].some(([order, { ledger }]) => {
      const of = (id: string) =>
        deliveries.find(({ what }) => typeof what !== 'string' && what.id === id)?.what as Told;
      const [placed, again] = [of(`${order}-placed`), of(`${order}-again`)];
      return ledger?.seen[0]?.fact_id === placed?.id && again !== undefined && sameContent(placed, again);
    }),
  'a deduction that went out alone': ({ states }) =>
    [...states.values()].some(({ ledger }) => ledger !== null && ledger.purchase === null),
  'a summary in parts': ({ summaries }) =>
    new Set(summaries.map(({ window_start, currency }) => `${window_start} ${currency}`)).size < summaries.length,
} as const satisfies Record<string, (result: Driven, history: History) => boolean>;

function warned(warning: string) {
  return ({ orderEvents }: Driven) => orderEvents.some(({ warnings }) => warnings.includes(warning));
}

function refused(code: string) {
  return ({ failed }: Driven) => failed.some(failure => failure.code === code);
}

export class Turns {
  private readonly taken = new Map<string, number>();

  see(history: History, result: Driven): void {
    for (const [turn, isTaken] of Object.entries(TURNS))
      if (isTaken(result, history)) this.taken.set(turn, (this.taken.get(turn) ?? 0) + 1);
  }

  /** Those that were never taken: of 300 histories, each is taken by ten and more. */
  missed(): string[] {
    return Object.keys(TURNS).filter(turn => !this.taken.has(turn));
  }
}
