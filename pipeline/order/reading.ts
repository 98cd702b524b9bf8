/**
 * Reads the fields of a record that may be incomplete or odd: whoever wrote it may be a mapping, or people by hand. Every
 * read answers a usable value, or a stand-in and keeps the problem; the first problem is the record's failure.
 *
 * Messages name field and order; they show a value only where it is an amount, a quantity, a currency or a time, never
 * where it may be about a customer.
 */
import { type FailureCode, Rejection } from '../failure';
import { type Money, negative, parseMoney, zero } from './money';
import { shownId, TEXT_CHARACTERS_MAX, textQuality } from './text';
import { isoText, toMillis } from './time';

const QUANTITY_MAX = 2_147_483_647; // Avro's int

export class Reading {
  /** The first one; undefined while all is well. */
  problem: Rejection | undefined = undefined;
  /** Index of the item being read, −1 outside. */
  item = -1;
  /**
   * How an amount that is a number is meant: as whole ten-thousandths (our own schemas, as they are decoded), or as the plain
   * number it is, read by its shortest decimal text (what a mapping answers).
   */
  numbersAre: 'ten-thousandths' | 'plain' = 'ten-thousandths';
  private order: string | undefined = undefined;
  private deduction = false;

  /** Starts on another record. The sign of a deduction's amounts is ignored, as ODP does; others must be ≥ 0. */
  begin(deduction: boolean): void {
    this.problem = undefined;
    this.item = -1;
    this.order = undefined;
    this.deduction = deduction;
  }

  /** Byte for byte, never trimmed: `A7` and `A7 ` are two orders. */
  orderId(value: unknown): string {
    if (typeof value === 'string' && value.trim() !== '') this.order = value;
    return this.id(value, 'order_id');
  }

  /** Text that must be there, not blank. */
  id(value: unknown, field: string): string {
    if (typeof value === 'string') {
      const quality = textQuality(value);
      if (quality === 'good') return value;
      if (quality === 'blank') this.refuse('missing_field', field, 'text that is not blank', 'current value is blank');
      else this.refuseText(quality, field);
    } else this.refuse('missing_field', field, 'text', found(value));
    return '';
  }

  /**
   * Text, or null where it is absent or blank: blank can clear a field in ODP, so what is unknown is left out.
   * @param inside What the field's name begins with in messages.
   */
  text(value: unknown, field: string, inside = ''): string | null {
    if (value === null || value === undefined) return null;
    if (typeof value === 'string') {
      const quality = textQuality(value);
      if (quality === 'good') return value;
      if (quality !== 'blank') this.refuseText(quality, inside + field);
    } else this.refuse('missing_field', inside + field, 'text', found(value));
    return null;
  }

  /** Money, or null where it is absent. */
  amount(value: unknown, field: string): Money | null {
    if (value === null || value === undefined) return null;
    const money = parseMoney(typeof value === 'number' && this.numbersAre === 'plain' ? String(value) : value);
    if (typeof money === 'string') this.refuse('invalid_amount', field, money, shown(value));
    else if (money >= 0) return money;
    else if (this.deduction) return negative(money);
    else this.refuse('invalid_amount', field, 'zero or more in a placed order', shown(value));
    return null;
  }

  requiredAmount(value: unknown, field: string): Money {
    if (value === null || value === undefined) this.refuse('missing_field', field, 'an amount', found(value));
    return this.amount(value, field) ?? zero;
  }

  quantity(value: unknown): number {
    const quantity = typeof value === 'bigint' ? Number(value) : value;
    if (typeof quantity === 'number' && quantity > 0 && quantity <= QUANTITY_MAX && Math.floor(quantity) === quantity) {
      return quantity;
    }
    if (value === null || value === undefined) this.refuse('missing_field', 'quantity', 'a whole number', found(value));
    else this.refuse('invalid_quantity', 'quantity', `a whole number from 1 to ${QUANTITY_MAX}`, shown(value));
    return 1;
  }

  /** The form of ISO 4217 (`EUR`), not its list: that changes by the year, and ODP takes any text. */
  currency(value: unknown): string {
    if (typeof value !== 'string') this.refuse('missing_field', 'currency', 'text', found(value));
    else if (value.trim() === '') {
      this.refuse('missing_field', 'currency', 'text that is not blank', 'current value is blank');
    } else if (value.length === 3 && capital(value, 0) && capital(value, 1) && capital(value, 2)) return value;
    else this.refuse('invalid_currency', 'currency', 'three capital letters of ISO 4217, such as "EUR"', shown(value));
    return '';
  }

  /** Epoch ms. One wrong clock must not make a lane late for ever: times too early or ahead of their record are refused. */
  time(value: unknown, field: string, minMs: number, recordMs: number, futureMaxMs: number): number {
    if (value === null || value === undefined) {
      this.refuse('missing_field', field, 'a time', found(value));
      return 0;
    }
    const millis = toMillis(value);
    if (Number.isNaN(millis)) {
      this.refuse('invalid_timestamp', field, 'epoch milliseconds, or ISO 8601 text with a zone', shown(value));
    } else if (millis < minMs) {
      this.refuse(
        'invalid_timestamp',
        field,
        `${isoText(minMs)} or later, in milliseconds (event_time.min)`,
        shown(value),
      );
    } else if (millis > recordMs + futureMaxMs) {
      const must = `at most ${futureMaxMs} ms later than its record, of ${isoText(recordMs)} (event_time.future_max)`;
      this.refuse('invalid_timestamp', field, must, shown(value));
    } else return millis;
    return 0;
  }

  /** Keeps the problem, unless there is one already. */
  refuse(code: FailureCode, field: string, must: string, isNow: string): void {
    if (this.problem !== undefined) return;
    const path = this.item < 0 ? field : `items[${this.item}].${field}`;
    const message = `Cannot read "${path}" of ${this.subject()} as it must be ${must}: ${isNow}`;
    this.problem = new Rejection(code, message, this.order);
  }

  /** As `refuse`, where the sentence is another one; `why` goes on after "Cannot … order "A7"". */
  refuseOrder(code: FailureCode, verb: string, why: string): void {
    this.problem ??= new Rejection(code, `Cannot ${verb} ${this.subject()} ${why}`, this.order);
  }

  refuseName(field: string): void {
    const must = 'named with 2 to 62 of a–z, 0–9 and _, a letter first';
    this.refuse('invalid_field_name', field.slice(0, 128), must, 'its name is not');
  }

  private refuseText(quality: 'too long' | 'unprintable', field: string): void {
    const must = `at most ${TEXT_CHARACTERS_MAX} printable characters`;
    this.refuse('text_too_long', field, must, quality === 'too long' ? 'it is longer' : 'it holds control characters');
  }

  private subject(): string {
    return this.order === undefined ? 'a record without order id' : `order ${shownId(this.order)}`;
  }
}

/** What kind of thing it is, without showing it. */
export const found = (value: unknown): string => {
  if (value === null || value === undefined) return 'it is absent';
  if (Array.isArray(value)) return 'current value is a list';
  return typeof value === 'object' ? 'current value is a record' : `current value is a ${typeof value}`;
};

/** The value, where it looks like what it should be; a mapping may have put an e-mail address in an amount. */
const shown = (value: unknown): string => {
  if (typeof value === 'number' || typeof value === 'bigint') return `current value is ${value}`;
  if (typeof value !== 'string') return found(value);
  if (
    value.length <= 40 &&
    /^(?:[-+\d.,:' ]*(?:[eEtT][-+\d.,:' ]*)?[zZ]?|\p{Letter}{1,5}|\p{Currency_Symbol})$/u.test(value)
  ) {
    return `current value is ${JSON.stringify(value)}`;
  }
  return `current value is text of ${value.length} characters`;
};
const capital = (text: string, at: number): boolean => {
  const unit = text.charCodeAt(at);
  return unit >= 65 && unit <= 90;
};
