/**
 * Avro types as this project reads and writes values: `long` as bigint, `timestamp-millis` as number (epoch ms), unions
 * without wrappers (null | value; string | bigint | number | boolean), bytes as Buffer, maps and records as plain objects,
 * decimals as whole ten-thousandths or exact text (decimal.ts). They are avsc's types, by avsc's rules of resolution, with
 * these leaves and containers exchanged; they read and write by a Cursor only, never by avsc's fromBuffer and toBuffer.
 *
 * They override what avsc keeps to itself (`_read`, `_write`, …): its version is pinned, and test/connectors/registry holds
 * both against each other.
 */
import { Type, types } from 'avsc';
import type { Avro } from '../../schemas/schemas';
import { Cursor } from './cursor';

/** A value is read by `_read` at the cursor; the resolver of another writer's schema has the same method. */
export interface Reads {
  _read(cursor: Cursor): unknown;
}

/** The insides of avsc's types, as far as they are touched. */
export interface AvroType extends Reads {
  readonly name: string | undefined;
  readonly typeName: string;
  readonly types?: readonly AvroType[];
  readonly fields?: readonly { readonly name: string; readonly type: AvroType }[];
  readonly itemsType: AvroType;
  readonly valuesType: AvroType;
  readonly size: number;
  _write(cursor: Cursor, value: unknown): void;
  _skip(cursor: Cursor): void;
  _check(value: unknown, flags?: unknown, hook?: Hook, path?: string[]): boolean;
  _copy(value: unknown, options?: CopyOptions): unknown;
  _update(resolver: { _read: Reads['_read'] }, writer: AvroType, options?: unknown): void;
  createResolver(writer: AvroType): Reads;
  isValid(value: unknown, options: { errorHook: (path: string[], value: unknown, type: AvroType) => void }): boolean;
}
type Hook = (value: unknown, type: AvroType) => void;
interface CopyOptions {
  readonly wrap?: number;
  readonly coerce?: number;
}
type Base = new (schema?: unknown, options?: unknown) => AvroType;
const { LongType, BytesType, FixedType, ArrayType, MapType, WrappedUnionType, UnwrappedUnionType } =
  types as unknown as Record<
    'LongType' | 'BytesType' | 'FixedType' | 'ArrayType' | 'MapType' | 'WrappedUnionType' | 'UnwrappedUnionType',
    Base
  >;

/** How decimals are read: `ours` as ten-thousandths (number) or text, `theirs` as text always. */
export type Decimals = 'ours' | 'theirs';

/** The type of a normal schema (normal.ts); throws where it is not valid Avro. */
export const typeOf = (schema: Avro, decimals: Decimals): AvroType =>
  Type.forSchema(schema as never, {
    omitRecordMethods: true,
    typeHook: (part: unknown, options: unknown) => exchanged(part, options, decimals) as never,
  }) as unknown as AvroType;

/** How a value without parts is read and written, as source (straight.ts). */
export interface Leaf {
  /** An expression of `cursor`. */
  readonly read: string;
  /** Whether the type takes the value of this name. */
  takes(value: string): string;
  /** A statement of `cursor`. */
  write(value: string): string;
}

/** Undefined where it has parts, or is not common. */
export const leafOf = (type: AvroType): Leaf | undefined => {
  if (type instanceof DecimalBytes) {
    const { scale, isOurs } = type;
    return {
      read: isOurs ? `cursor.readDecimal(${scale})` : `cursor.readDecimalText(${scale})`,
      takes: value => `Number.isSafeInteger(${value})`,
      write: value => `cursor.writeDecimal(${value}, ${scale})`,
    };
  }
  if (type instanceof Timestamp) return leaf('Long', value => `Number.isSafeInteger(${value})`);
  switch (type.typeName) {
    case 'null':
      return { read: 'null', takes: value => `${value} === null`, write: () => 'null' };
    case 'string':
      return leaf('String', value => `typeof ${value} === 'string'`);
    case 'bytes':
      // Any bytes: the core knows no Buffer, and avsc takes nothing else.
      return leaf('Bytes', value => `${value} instanceof Uint8Array`);
    case 'boolean':
      return leaf('Boolean', value => `typeof ${value} === 'boolean'`);
    case 'int':
      return leaf('Int', value => `${value} === (${value} | 0)`);
    case 'double':
      return leaf('Double', value => `typeof ${value} === 'number'`);
    case 'long':
      return leaf('BigLong', value => `typeof ${value} === 'bigint' && BigInt.asIntN(64, ${value}) === ${value}`);
    default:
      return undefined;
  }
};

const leaf = (name: string, takes: Leaf['takes']): Leaf => ({
  read: `cursor.read${name}()`,
  takes,
  write: value => `cursor.write${name}(${value})`,
});

const exchanged = (part: unknown, options: unknown, decimals: Decimals): AvroType | undefined => {
  if (part === 'long') return new BigLong();
  if (typeof part !== 'object' || part === null) return undefined;
  if (Array.isArray(part)) return new Union(part, options);
  const schema = part as { type: unknown; logicalType?: string; scale?: number };
  switch (schema.type) {
    case 'long':
      return schema.logicalType === 'timestamp-millis' ? new Timestamp() : new BigLong();
    case 'bytes':
      return schema.logicalType === 'decimal' ? new DecimalBytes(schema.scale ?? 0, decimals) : undefined;
    case 'fixed':
      return schema.logicalType === 'decimal'
        ? new DecimalFixed(schema, options, schema.scale ?? 0, decimals)
        : undefined;
    case 'array':
      return new List(schema, options);
    case 'map':
      return new Dictionary(schema, options);
    default:
      return undefined;
  }
};

/** avsc encodes defaults ahead of time, with its own tap, which knows no such values. */
const writeWith = (cursor: Cursor, write: (cursor: Cursor) => void): void => {
  if (cursor instanceof Cursor) {
    write(cursor);
    return;
  }
  const own = new Cursor();
  own.start(0);
  write(own);
  (cursor as Cursor).writeFixed(own.written());
};

const refuse = (value: unknown, must: string): never => {
  throw new TypeError(`must be ${must}, but is ${value === null ? 'null' : typeof value}`);
};

class BigLong extends LongType {
  override _read(cursor: Cursor): bigint {
    return cursor.readBigLong();
  }
  override _write(cursor: Cursor, value: unknown): void {
    if (!this._check(value)) refuse(value, 'a bigint of at most 64 bits');
    writeWith(cursor, own => own.writeBigLong(value as bigint));
  }
  override _check(value: unknown, _flags?: unknown, hook?: Hook): boolean {
    if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return true;
    hook?.(value, this);
    return false;
  }
  override _copy(value: unknown): unknown {
    return typeof value === 'number' ? BigInt(value) : value;
  }
  override _update(resolver: { _read: Reads['_read'] }, writer: AvroType): void {
    if (writer.typeName === 'int' || writer.typeName === 'long') resolver._read = this._read;
  }
}

class Timestamp extends LongType {
  override _read(cursor: Cursor): number {
    return cursor.readLong();
  }
  override _write(cursor: Cursor, value: unknown): void {
    if (!this._check(value)) refuse(value, 'epoch milliseconds');
    cursor.writeLong(value as number);
  }
  override _check(value: unknown, _flags?: unknown, hook?: Hook): boolean {
    if (Number.isSafeInteger(value)) return true;
    hook?.(value, this);
    return false;
  }
  override _update(resolver: { _read: Reads['_read'] }, writer: AvroType): void {
    if (writer.typeName === 'int' || writer.typeName === 'long') resolver._read = this._read;
  }
}

/** Not `bytes` to avsc's rules, by which a decimal could be read as text. */
const DECIMAL = 'decimal';

class DecimalBytes extends BytesType {
  // Private fields: avsc freezes its types.
  readonly #scale: number;
  readonly #ours: boolean;
  constructor(scale: number, decimals: Decimals) {
    super();
    this.#scale = scale;
    this.#ours = decimals === 'ours';
  }
  override get typeName(): string {
    return DECIMAL;
  }
  get scale(): number {
    return this.#scale;
  }
  get isOurs(): boolean {
    return this.#ours;
  }
  override _read(cursor: Cursor): number | string {
    return this.#ours ? cursor.readDecimal(this.#scale) : cursor.readDecimalText(this.#scale);
  }
  override _write(cursor: Cursor, value: unknown): void {
    if (!this._check(value)) refuse(value, 'whole ten-thousandths or decimal text');
    writeWith(cursor, own => own.writeDecimal(value as number | string, this.#scale));
  }
  override _check(value: unknown, _flags?: unknown, hook?: Hook): boolean {
    if (typeof value === 'string' || Number.isSafeInteger(value)) return true;
    hook?.(value, this);
    return false;
  }
  override _copy(value: unknown): unknown {
    return value;
  }
  /** A producer's own scale counts, whether in bytes or fixed; text is taken as decimal text, not as bytes. */
  override _update(resolver: { _read: Reads['_read'] }, writer: AvroType): void {
    const ours = this.#ours;
    const read = (scale: number, size?: number) => (cursor: Cursor) =>
      ours ? cursor.readDecimal(scale, size) : cursor.readDecimalText(scale, size);
    if (writer instanceof DecimalBytes) resolver._read = read(writer.scale);
    else if (writer instanceof DecimalFixed) resolver._read = read(writer.scale, writer.size);
    else if (writer.typeName === 'bytes') resolver._read = read(this.#scale);
    else if (writer.typeName === 'string') resolver._read = cursor => cursor.readString();
  }
}

class DecimalFixed extends FixedType {
  readonly #scale: number;
  readonly #ours: boolean;
  constructor(schema: unknown, options: unknown, scale: number, decimals: Decimals) {
    super(schema, options);
    this.#scale = scale;
    this.#ours = decimals === 'ours';
  }
  override get typeName(): string {
    return DECIMAL;
  }
  get scale(): number {
    return this.#scale;
  }
  override _read(cursor: Cursor): number | string {
    return this.#ours ? cursor.readDecimal(this.#scale, this.size) : cursor.readDecimalText(this.#scale, this.size);
  }
}

class List extends ArrayType {
  /** Also a resolver's: `this` is whatever has the items. */
  override _read(cursor: Cursor): unknown[] {
    const items: Reads = this.itemsType;
    const list: unknown[] = [];
    for (let count = cursor.readCount(0); count > 0; count = cursor.readCount(list.length)) {
      for (; count > 0; count--) list.push(items._read(cursor));
    }
    return list;
  }
  override _skip(cursor: Cursor): void {
    for (let count = cursor.skipCount(); count !== 0; count = cursor.skipCount()) {
      for (; count > 0; count--) this.itemsType._skip(cursor);
    }
  }
}

class Dictionary extends MapType {
  override _read(cursor: Cursor): Record<string, unknown> {
    const values: Reads = this.valuesType;
    const map: Record<string, unknown> = {};
    let read = 0;
    for (let count = cursor.readCount(0); count > 0; count = cursor.readCount(read)) {
      for (; count > 0; count--) {
        const key = cursor.readString();
        const value = values._read(cursor);
        if (key === '__proto__') Object.defineProperty(map, key, { ...PLAIN, value });
        else map[key] = value;
        read++;
      }
    }
    return map;
  }
  override _skip(cursor: Cursor): void {
    for (let count = cursor.skipCount(); count !== 0; count = cursor.skipCount()) {
      for (; count > 0; count--) {
        cursor.skipString();
        this.valuesType._skip(cursor);
      }
    }
  }
}

const PLAIN = { enumerable: true, configurable: true, writable: true };

/** Any union, its values without a wrapper: when writing, the first branch that takes the value. */
class Union extends WrappedUnionType {
  readonly #branches: readonly AvroType[];
  /** Of a union of null and one other: where null is. Else −1. */
  readonly #nullAt: number;
  constructor(schema: unknown, options: unknown) {
    super(schema, options);
    this.#branches = this.types ?? [];
    this.#nullAt = this.#branches.length === 2 ? this.#branches.findIndex(branch => branch.typeName === 'null') : -1;
  }
  override _read(cursor: Cursor): unknown {
    return (this.#branches[cursor.readBranch(this.#branches.length)] as AvroType)._read(cursor);
  }
  override _write(cursor: Cursor, value: unknown): void {
    const index = this.#indexOf(value);
    const branch = this.#branches[index];
    if (branch === undefined) {
      refuse(value, `of one of the types ${this.#branches.map(each => each.name ?? each.typeName).join(', ')}`);
    }
    cursor.writeLong(index);
    branch?._write(cursor, value);
  }
  override _check(value: unknown, flags?: unknown, hook?: Hook, path?: string[]): boolean {
    const branch = this.#branches[this.#indexOf(value)];
    if (branch !== undefined) return branch._check(value, flags, hook, path);
    hook?.(value, this);
    return false;
  }
  override _copy(value: unknown, options?: CopyOptions): unknown {
    // A default is of the first branch.
    const branch = options?.wrap === 2 ? this.#branches[0] : this.#branches[this.#indexOf(value)];
    return branch === undefined ? refuse(value, 'of the union') : branch._copy(value, options);
  }
  #indexOf(value: unknown): number {
    if (this.#nullAt >= 0) return value === null ? this.#nullAt : 1 - this.#nullAt;
    for (let index = 0; index < this.#branches.length; index++) {
      if (this.#branches[index]?._check(value)) return index;
    }
    return -1;
  }
}
// avsc's rule: the first branch that can be read from the writer's type.
Union.prototype._update = UnwrappedUnionType.prototype._update;
