/** The ledger's rules, one row each: what is given to it (see story.ts), and what it decides. The docs show this table. */
import type { LedgerSettings } from '../../../../pipeline/order/ledger/settings';

export interface Rule {
  readonly rule: string;
  readonly settings?: Partial<LedgerSettings>;
  readonly given: readonly string[];
  readonly decided: readonly string[];
}

const PLACED = '0m: placed P total 102 subtotal 90 tax 7.2 shipping 4.8';
const BOUGHT = 'purchase P total 102 subtotal 90 tax 7.2 shipping 4.8';

export const rules: readonly Rule[] = [
  {
    rule: 'a purchase goes out as it is',
    given: [PLACED],
    decided: [BOUGHT],
  },
  {
    rule: 'a deduction carries what remains of tax and shipping',
    given: [PLACED, '1m: returned R total 43.2 tax 3.2', '2m: refunded S total 2 shipping 2'],
    decided: [
      BOUGHT,
      'return R total 43.2 subtotal 40 tax 4 shipping 4.8',
      'refund S total 2 subtotal 0 tax 4 shipping 2.8',
    ],
  },
  {
    rule: 'what the purchase does not tell is left out',
    given: ['0m: placed P total 100', '1m: refunded R total 30 tax 5 shipping 5'],
    decided: ['purchase P total 100', 'refund R total 30 subtotal 20'],
  },
  {
    rule: 'more tax or shipping given back than paid: nothing remains, with a warning',
    given: [PLACED, '1m: refunded R total 20 shipping 5', '2m: refunded S total 20 tax 8'],
    decided: [
      BOUGHT,
      'refund R total 20 subtotal 15 tax 7.2 shipping 0 [remainder_below_zero]',
      'refund S total 20 subtotal 12 tax 0 shipping 0 [remainder_below_zero]',
    ],
  },
  {
    rule: 'of tax alone as well; all of it given back is no more than paid',
    given: [PLACED, '1m: refunded R total 20 tax 7.2', '2m: refunded S total 20 tax 0.8'],
    decided: [
      BOUGHT,
      'refund R total 20 subtotal 12.8 tax 0 shipping 4.8',
      'refund S total 20 subtotal 19.2 tax 0 shipping 4.8 [remainder_below_zero]',
    ],
  },
  {
    rule: 'a refund whose goods came back is a return',
    given: [PLACED, '1m: refunded R total 10 goods back'],
    decided: [BOUGHT, 'return R total 10 subtotal 10 tax 7.2 shipping 4.8'],
  },
  {
    rule: 'a fact seen before is dropped',
    given: [PLACED, PLACED, '1m: refunded R total 10', '2m: refunded R total 10', '3m: placed P total 5'],
    decided: [
      BOUGHT,
      'duplicate P',
      'refund R total 10 subtotal 10 tax 7.2 shipping 4.8',
      'duplicate R',
      'duplicate P',
    ],
  },
  {
    rule: 'a held fact is dropped when it comes again',
    given: ['0m: refunded R total 10', '1m: refunded R total 10', '2m: refunded R total 10'],
    decided: ['hold R until 10m', 'duplicate R', 'duplicate R'],
  },
  {
    rule: 'the same purchase under another fact id is dropped',
    given: [PLACED, '1m: placed Q total 102 subtotal 90 tax 7.2 shipping 4.8'],
    decided: [BOUGHT, 'duplicate Q'],
  },
  {
    rule: 'a deduction waits for its purchase and follows it',
    given: ['0m: refunded R total 10', '9m: placed P total 100 tax 5'],
    decided: ['hold R until 10m', 'purchase P total 100 tax 5', 'refund R total 10 subtotal 10 tax 5'],
  },
  {
    rule: 'those that waited follow in event-time order, ties by kind, then by fact id',
    given: [
      '3m: cancelled C total 1 at 1m',
      '4m: refunded B total 2 at 1m',
      '5m: refunded A total 3 at 1m',
      '6m: returned D total 4 at 1m',
      '7m: refunded E total 5 at 0m',
      '8m: placed P total 100',
    ],
    decided: [
      'hold C until 13m',
      'hold B until 14m',
      'hold A until 15m',
      'hold D until 16m',
      'hold E until 17m',
      'purchase P total 100',
      'refund E total 5 subtotal 5',
      'return D total 4 subtotal 4',
      'refund A total 3 subtotal 3',
      'refund B total 2 subtotal 2',
      'cancel C total 1 subtotal 1',
    ],
  },
  {
    rule: 'a purchase dated after its deductions still goes first, within the wait',
    given: ['5m: refunded R total 10 at 1m', '5m: placed P total 100 at 2m'],
    decided: ['hold R until 15m', 'purchase P total 100', 'refund R total 10 subtotal 10'],
  },
  {
    rule: 'a deduction that waited long enough goes out alone, without remainders',
    given: ['0m: refunded R total 10 tax 2 shipping 1', '9m:', '10m:'],
    decided: ['hold R until 10m', 'refund R total 10 subtotal 7'],
  },
  {
    rule: 'of those that wait, only who is due goes out; by due time, then in event-time order',
    given: [
      '1m: refunded R total 10 at 1m',
      '1m: refunded S total 11 at 0m',
      '2m: refunded T total 12 at 0m',
      '3m: refunded U total 13',
      '12m:',
    ],
    decided: [
      'hold S until 11m',
      'hold R until 11m',
      'hold T until 12m',
      'hold U until 13m',
      'refund S total 11 subtotal 11',
      'refund R total 10 subtotal 10',
      'refund T total 12 subtotal 12',
    ],
  },
  {
    rule: 'due is due: a purchase that comes at that time is late, whoever looked first',
    given: ['0m: refunded R total 10', '10m: placed P total 100'],
    decided: ['hold R until 10m', 'refund R total 10 subtotal 10', 'purchase P total 100 [late_purchase]'],
  },
  {
    rule: 'no wait: a deduction without purchase goes out at once',
    settings: { orphanWaitMs: 0 },
    given: ['0m: refunded R total 10'],
    decided: ['hold R until 0m', 'refund R total 10 subtotal 10'],
  },
  {
    rule: 'a late purchase, full: all of its total, and what remains of tax and shipping',
    given: ['0m: refunded R total 10 tax 2', '10m:', '11m: placed P total 100 subtotal 90 tax 7 shipping 3'],
    decided: [
      'hold R until 10m',
      'refund R total 10 subtotal 8',
      'purchase P total 100 subtotal 90 tax 5 shipping 3 [late_purchase]',
    ],
  },
  {
    rule: 'a late purchase, net: what is left of it',
    settings: { latePurchase: 'net' },
    given: ['0m: refunded R total 10 tax 2', '10m:', '11m: placed P total 100 subtotal 90 tax 7 shipping 3'],
    decided: [
      'hold R until 10m',
      'refund R total 10 subtotal 8',
      'purchase P total 90 subtotal 82 tax 5 shipping 3 [late_purchase]',
    ],
  },
  {
    rule: 'a late purchase, refuse: a failure',
    settings: { latePurchase: 'refuse' },
    given: ['0m: refunded R total 10', '10m:', '11m: placed P total 100'],
    decided: ['hold R until 10m', 'refund R total 10 subtotal 10', 'purchase_changed P'],
  },
  {
    rule: 'a purchase before which deductions only waited is not late',
    settings: { latePurchase: 'refuse' },
    given: ['0m: refunded R total 10', '9m: placed P total 100'],
    decided: ['hold R until 10m', 'purchase P total 100', 'refund R total 10 subtotal 10'],
  },
  {
    rule: 'a late purchase below what went out: with a warning; net never below zero',
    settings: { latePurchase: 'net' },
    given: ['0m: refunded R total 50 tax 5', '10m:', '11m: placed P total 40 subtotal 30 tax 4'],
    decided: [
      'hold R until 10m',
      'refund R total 50 subtotal 45',
      'purchase P total 0 subtotal 0 tax 0 [late_purchase] [over_deduction]',
    ],
  },
  {
    rule: 'by its subtotal alone as well',
    given: ['0m: refunded R total 50 subtotal 50', '10m:', '11m: placed P total 50 subtotal 40'],
    decided: [
      'hold R until 10m',
      'refund R total 50 subtotal 50',
      'purchase P total 50 subtotal 40 [late_purchase] [over_deduction]',
    ],
  },
  {
    rule: 'a late purchase of just what went out is not below it',
    given: ['0m: refunded R total 50 tax 5', '10m:', '11m: placed P total 50 subtotal 45 tax 5'],
    decided: [
      'hold R until 10m',
      'refund R total 50 subtotal 45',
      'purchase P total 50 subtotal 45 tax 0 [late_purchase]',
    ],
  },
  {
    rule: 'a late purchase follows with those that still wait',
    given: ['0m: refunded R total 10', '5m: refunded S total 20', '11m: placed P total 100'],
    decided: [
      'hold R until 10m',
      'hold S until 15m',
      'refund R total 10 subtotal 10',
      'purchase P total 100 [late_purchase]',
      'refund S total 20 subtotal 20',
    ],
  },
  {
    rule: 'a deduction up to what is left goes out, beyond it is refused',
    given: [
      PLACED,
      '1m: refunded R total 90',
      '2m: refunded S total 12.0001 subtotal 0',
      '3m: refunded T total 12 tax 7.2 shipping 4.8',
    ],
    decided: [
      BOUGHT,
      'refund R total 90 subtotal 90 tax 7.2 shipping 4.8',
      'over_deduction S',
      'refund T total 12 subtotal 0 tax 0 shipping 0',
    ],
  },
  {
    rule: 'beyond by subtotal alone is beyond',
    given: [PLACED, '1m: refunded R total 91 subtotal 90.0001', '2m: refunded S total 91 subtotal 90'],
    decided: [BOUGHT, 'over_deduction R', 'refund S total 91 subtotal 90 tax 7.2 shipping 4.8'],
  },
  {
    rule: 'beyond what is left, by setting: with a warning',
    settings: { overDeduction: 'warn' },
    given: [PLACED, '1m: refunded R total 200', '2m: returned S total 0', '3m: refunded T total 1 subtotal 0'],
    decided: [
      BOUGHT,
      'refund R total 200 subtotal 200 tax 7.2 shipping 4.8 [over_deduction]',
      'return S total 0 subtotal 0 tax 7.2 shipping 4.8',
      'refund T total 1 subtotal 0 tax 7.2 shipping 4.8 [over_deduction]',
    ],
  },
  {
    rule: 'what was refused is not seen: it may come again, and is then decided anew',
    given: [PLACED, '1m: refunded R total 200', '2m: refunded R total 200', '3m: refunded R total 20'],
    decided: [BOUGHT, 'over_deduction R', 'over_deduction R', 'refund R total 20 subtotal 20 tax 7.2 shipping 4.8'],
  },
  {
    rule: 'what waited is refused when its purchase shows it to be too much',
    given: ['0m: refunded R total 200', '1m: placed P total 100', '2m: refunded R total 20'],
    decided: ['hold R until 10m', 'purchase P total 100', 'over_deduction R', 'refund R total 20 subtotal 20'],
  },
  {
    rule: 'a cancel without amounts takes what is left',
    given: [PLACED, '1m: refunded R total 43.2 tax 3.2', '2m: cancelled C'],
    decided: [
      BOUGHT,
      'refund R total 43.2 subtotal 40 tax 4 shipping 4.8',
      'cancel C total 58.8 subtotal 50 tax 0 shipping 0',
    ],
  },
  {
    rule: 'a cancel without amounts where nothing is left takes nothing',
    settings: { overDeduction: 'warn' },
    given: [PLACED, '1m: refunded R total 200', '2m: cancelled C'],
    decided: [
      BOUGHT,
      'refund R total 200 subtotal 200 tax 7.2 shipping 4.8 [over_deduction]',
      'cancel C total 0 subtotal 0 tax 0 shipping 0',
    ],
  },
  {
    rule: 'a cancel without amounts waits for its purchase; alone it is a failure',
    given: ['0m: cancelled C', '10m:', '11m: cancelled D', '12m: placed P total 100'],
    decided: ['hold C until 10m', 'missing_field C', 'hold D until 21m', 'purchase P total 100', 'cancel D total 100'],
  },
  {
    rule: 'a cancel of part goes out as it is',
    given: [PLACED, '1m: cancelled C total 30'],
    decided: [BOUGHT, 'cancel C total 30 subtotal 30 tax 7.2 shipping 4.8'],
  },
  {
    rule: 'a cancel beyond what is left is cut to it, with a warning',
    given: [PLACED, '1m: refunded R total 10', '2m: cancelled C total 102 tax 7.2 shipping 4.8'],
    decided: [
      BOUGHT,
      'refund R total 10 subtotal 10 tax 7.2 shipping 4.8',
      'cancel C total 92 subtotal 80 tax 0 shipping 0 [cut_to_what_is_left]',
    ],
  },
  {
    rule: 'a second, different purchase is refused',
    given: [PLACED, '1m: placed Q total 102 subtotal 90 tax 7.2 shipping 4.8 coupon SPRING', '2m: placed S total 103'],
    decided: [BOUGHT, 'purchase_changed Q', 'purchase_changed S'],
  },
  {
    rule: 'a correction upwards goes out as the difference, with the new remainders',
    settings: { changedPurchase: 'correct' },
    given: [
      PLACED,
      '1m: refunded R total 10 tax 1',
      '2m: placed Q total 150 subtotal 120 tax 10 shipping 5',
      '3m: cancelled C',
    ],
    decided: [
      BOUGHT,
      'refund R total 10 subtotal 9 tax 6.2 shipping 4.8',
      'purchase Q total 48 subtotal 30 tax 9 shipping 5 [purchase_corrected]',
      'cancel C total 140 subtotal 111 tax 0 shipping 0',
    ],
  },
  {
    rule: 'a correction downwards goes out as a refund of the difference',
    settings: { changedPurchase: 'correct' },
    given: [PLACED, '1m: placed Q total 80 subtotal 70 tax 6 shipping 4', '2m: refunded R total 81 subtotal 1'],
    decided: [BOUGHT, 'refund Q total 22 subtotal 20 tax 6 shipping 4 [purchase_corrected]', 'over_deduction R'],
  },
  {
    rule: 'a correction of the subtotal alone goes out too',
    settings: { changedPurchase: 'correct' },
    given: [PLACED, '1m: placed Q total 102 subtotal 80 tax 7.2 shipping 4.8'],
    decided: [BOUGHT, 'refund Q total 0 subtotal 10 tax 7.2 shipping 4.8 [purchase_corrected]'],
  },
  {
    rule: 'a correction where purchases set goes out as what is left by it',
    settings: { changedPurchase: 'correct', latePurchase: 'net' },
    given: [PLACED, '1m: refunded R total 10 tax 1', '2m: placed Q total 80 subtotal 100 tax 6 shipping 4'],
    decided: [
      BOUGHT,
      'refund R total 10 subtotal 9 tax 6.2 shipping 4.8',
      'purchase Q total 70 subtotal 91 tax 5 shipping 4 [purchase_corrected]',
    ],
  },
  {
    rule: 'a correction to less tax than was given back: nothing remains',
    settings: { changedPurchase: 'correct' },
    given: [PLACED, '1m: refunded R total 20 tax 3', '2m: placed Q total 102 subtotal 95 tax 2 shipping 5'],
    decided: [
      BOUGHT,
      'refund R total 20 subtotal 17 tax 4.2 shipping 4.8',
      'purchase Q total 0 subtotal 5 tax 0 shipping 5 [purchase_corrected]',
    ],
  },
  {
    rule: 'a correction older than the purchase is refused, one of the same time is not',
    settings: { changedPurchase: 'correct' },
    given: ['1m: placed P total 10', '2m: placed Q total 11 at 0m', '3m: placed S total 12 at 1m'],
    decided: ['purchase P total 10', 'purchase_changed Q', 'purchase S total 2 [purchase_corrected]'],
  },
  {
    rule: 'a correction below what was given back is refused, down to it is not',
    settings: { changedPurchase: 'correct' },
    given: ['0m: placed P total 50', '1m: refunded R total 20', '2m: placed Q total 19', '3m: placed S total 20'],
    decided: [
      'purchase P total 50',
      'refund R total 20 subtotal 20',
      'purchase_changed Q',
      'refund S total 30 [purchase_corrected]',
    ],
  },
  {
    rule: 'a correction in opposite directions, or of a subtotal one does not have, is refused',
    settings: { changedPurchase: 'correct' },
    given: [
      PLACED,
      '1m: placed Q total 110 subtotal 80',
      '2m: placed S total 90 subtotal 95',
      '3m: placed T total 110',
    ],
    decided: [BOUGHT, 'purchase_changed Q', 'purchase_changed S', 'purchase_changed T'],
  },
  {
    rule: 'another currency than the purchase’s is refused',
    given: [PLACED, '1m: refunded R total 10 in USD', '2m: placed Q total 102 in USD'],
    decided: [BOUGHT, 'currency_changed R', 'currency_changed Q'],
  },
  {
    rule: 'a correction in another currency is refused as such',
    settings: { changedPurchase: 'correct' },
    given: [PLACED, '1m: placed Q total 110 subtotal 90 in USD'],
    decided: [BOUGHT, 'currency_changed Q'],
  },
  {
    rule: 'the purchase’s currency holds against those that only waited',
    given: ['0m: refunded R total 10 in USD', '1m: refunded S total 10', '2m: placed P total 100'],
    decided: [
      'hold R until 10m',
      'hold S until 11m',
      'purchase P total 100',
      'currency_changed R',
      'refund S total 10 subtotal 10',
    ],
  },
  {
    rule: 'and what went out holds against a late purchase, and against what would wait',
    given: ['0m: refunded R total 10 in USD', '10m: refunded S total 10', '11m: placed P total 100'],
    decided: ['hold R until 10m', 'refund R total 10 subtotal 10', 'currency_changed S', 'currency_changed P'],
  },
  {
    rule: 'a deduction older than the ledger can vouch for is refused; a purchase is not',
    settings: { retentionMs: 3_600_000 },
    given: ['120m: refunded R total 10 at 59m', '120m: refunded S total 10 at 60m', '121m: placed P total 100 at 0m'],
    decided: ['beyond_retention R', 'hold S until 130m', 'purchase P total 100', 'refund S total 10 subtotal 10'],
  },
  {
    rule: 'a ledger that began late cannot vouch for what was before it, though its purchase is known',
    settings: { retentionMs: 3_600_000 },
    given: ['120m: placed P total 100 at 0m', '150m: refunded R total 10 at 59m', '180m: refunded S total 10 at 60m'],
    decided: ['purchase P total 100', 'beyond_retention R', 'refund S total 10 subtotal 10'],
  },
  {
    rule: 'a ledger vouches from its beginning, not from its newest fact',
    settings: { retentionMs: 3_600_000 },
    given: ['120m: placed P total 100', '170m: refunded R total 10', '171m: refunded S total 10 at 100m'],
    decided: ['purchase P total 100', 'refund R total 10 subtotal 10', 'refund S total 10 subtotal 10'],
  },
  {
    rule: 'a ledger lives until retention after its newest fact, and then is forgotten',
    settings: { retentionMs: 3_600_000 },
    given: [
      '0m: placed P total 100 at 10m',
      '70m: refunded R total 10 at 20m',
      '80m: refunded R total 10 at 20m',
      '81m: refunded R total 10 at 20m',
      '81m: refunded S total 10 at 21m',
    ],
    decided: [
      'purchase P total 100',
      'refund R total 10 subtotal 10',
      'duplicate R',
      'beyond_retention R',
      'hold S until 91m',
    ],
  },
  {
    rule: 'so many facts and no more; duplicates still are duplicates',
    settings: { factsPerOrderMax: 3 },
    given: [
      '0m: refunded R total 10',
      '1m: placed P total 100',
      '2m: refunded S total 10',
      '3m: refunded T total 10',
      '4m: placed Q total 7',
      '5m: refunded S total 10',
      '6m: placed Z total 100',
    ],
    decided: [
      'hold R until 10m',
      'purchase P total 100',
      'refund R total 10 subtotal 10',
      'refund S total 10 subtotal 10',
      'ledger_full T',
      'ledger_full Q',
      'duplicate S',
      'duplicate Z',
    ],
  },
  {
    rule: 'what is held counts as well',
    settings: { factsPerOrderMax: 2 },
    given: ['0m: refunded R total 10', '1m: refunded S total 10', '2m: refunded T total 10', '3m: placed P total 100'],
    decided: ['hold R until 10m', 'hold S until 11m', 'ledger_full T', 'ledger_full P'],
  },
  {
    rule: 'so many bytes and no more: an id 5, a held fact 263 here',
    settings: { bytesPerOrderMax: 268 },
    given: [
      '0m: refunded R total 10',
      '1m: refunded S total 10',
      '2m: placed P total 100',
      '3m: refunded LONG total 1',
    ],
    decided: [
      'hold R until 10m',
      'ledger_full S',
      'purchase P total 100',
      'refund R total 10 subtotal 10',
      'refund LONG total 1 subtotal 1',
    ],
  },
  {
    rule: 'so many bytes of fact ids',
    settings: { bytesPerOrderMax: 10 },
    given: [PLACED, '1m: refunded R total 10', '2m: refunded S total 10'],
    decided: [BOUGHT, 'refund R total 10 subtotal 10 tax 7.2 shipping 4.8', 'ledger_full S'],
  },
  {
    rule: 'what cannot be added up exactly is refused',
    given: [
      '0m: refunded R total 90071992547.4099',
      '0m: refunded S total 900000000000 subtotal 1',
      '10m:',
      '11m: placed P total 900719925474.099',
      '11m: placed Q total 100000000000',
    ],
    decided: [
      'hold R until 10m',
      'hold S until 10m',
      'refund R total 90071992547.4099 subtotal 90071992547.4099',
      'invalid_amount S',
      'invalid_amount P',
      'purchase Q total 100000000000 [late_purchase]',
    ],
  },
  {
    rule: 'so is what remains, where it cannot be told exactly',
    given: [
      '0m: placed P total 900719925474.099 tax 900719925474.099',
      '1m: refunded R total 0.0001 subtotal 0',
      '2m: refunded S total 1 tax 0.0001',
      '3m: refunded T total 10',
    ],
    decided: [
      'purchase P total 900719925474.099 tax 900719925474.099',
      'invalid_amount R',
      'invalid_amount S',
      'refund T total 10 subtotal 10 tax 900719925474.099',
    ],
  },
  {
    rule: 'so are subtotals that cannot be added up exactly',
    given: ['0m: refunded R total 1 subtotal 90071992547.4099', '0m: refunded S total 1 subtotal 900000000000', '10m:'],
    decided: ['hold R until 10m', 'hold S until 10m', 'refund R total 1 subtotal 90071992547.4099', 'invalid_amount S'],
  },
  {
    rule: 'so is a correction whose difference cannot be told exactly',
    settings: { changedPurchase: 'correct' },
    given: ['0m: placed P total 900719925474.099', '1m: placed Q total 0.0001'],
    decided: ['purchase P total 900719925474.099', 'invalid_amount Q'],
  },
  {
    rule: 'and one after which it cannot be told exactly what remains',
    settings: { changedPurchase: 'correct' },
    given: [
      '0m: placed P total 100',
      '1m: refunded R total 0.0001 subtotal 0',
      '2m: placed Q total 900719925474.099',
      '3m: placed S total 101',
    ],
    decided: [
      'purchase P total 100',
      'refund R total 0.0001 subtotal 0',
      'invalid_amount Q',
      'purchase S total 1 [purchase_corrected]',
    ],
  },
];
