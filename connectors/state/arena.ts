/**
 * Bytes by text key, out of the garbage collector's sight: a hash table of addresses over chunks of memory. A million small states
 * as objects, or as strings, are marked and moved again and again, and that cost more than all use of them.
 */
import { murmur2 } from '../../pipeline/order/murmur2';
import { keyBuffer } from '../kafka/key';
import { copy } from '../kafka/records/copy';
import { type Changes, textOf } from './changes';
import { endAt, headBytes, keyEndAt, roomAt, trim, waitsAt, writeState } from './entry';

/** A time that its value tells, epoch ms. */
export type NewestOf = (bytes: Uint8Array, at?: number) => number;

const chunkBits = 20;
export const chunkBytes = 1 << chunkBits;
const chunksMax = 2 ** 32 / chunkBytes;
/** Marks of slots; addresses are greater. */
const empty = 0;
const gone = 1;

/** Of all arenas: none of them waits while it has a key in hand. */
const keyBytes = keyBuffer();

/** Hashes of keys, of all arenas as well. */
let scratch = new Uint32Array(1 << 12);
const roomFor = (count: number): Uint32Array => {
  if (count > scratch.length) scratch = new Uint32Array(2 * count);
  return scratch;
};

interface Run {
  readonly bytes: Buffer;
  readonly at: number;
  end: number;
  /** Of its first entry. */
  readonly address: number;
}
const NO_RUN: Run = { bytes: Buffer.alloc(0), at: 0, end: 0, address: Number.POSITIVE_INFINITY };

const noAges = new Uint32Array(0);
const minuteMs = 60_000;

export class Arena {
  /** An entry that is larger than a chunk has one of its own size, and as many numbers as it would take. */
  private chunks: Buffer[] = [];
  /** Within the last chunk. */
  private end = chunkBytes;
  /** Entries that have addresses at the end, and are still to be copied there: those that lie side by side are copied at once. */
  private run = NO_RUN;
  /** Addresses, each beside the hash of its key: a look at another entry's key is rare. */
  private slots = new Uint32Array(2 << 10);
  /** By slot, whole minutes: of most entries no more is looked at to see that they are not old. */
  private ages: Uint32Array;
  /** Slots that are not empty. */
  private used = 0;
  private live = 0;
  private liveBytes = 0;
  /** The slot at which `next` goes on. */
  private look = 0;
  /** Kept, lest the reads that it comes of be left out. */
  fetched = 0;

  /** @param newestOf Of values, for `next`; absent: nobody asks. */
  constructor(private readonly newestOf?: NewestOf) {
    this.ages = this.agesOf(1 << 10);
  }

  get size(): number {
    return this.live;
  }

  /** What its entries take of memory; their slots take a fraction of it besides. */
  get bytes(): number {
    return this.chunks.length * chunkBytes;
  }

  /** A view, valid until the next `put`. */
  get(key: string): Buffer | undefined {
    const bytes = keyBytes(key);
    return this.lookUp(bytes, hashOf(bytes, 0, bytes.length));
  }

  /** As `get` of each, in that order. */
  getAll(keys: readonly string[]): (Buffer | undefined)[] {
    const hashes = roomFor(keys.length);
    for (let index = 0; index < keys.length; index++) {
      const bytes = keyBytes(keys[index] as string);
      hashes[index] = hashOf(bytes, 0, bytes.length);
    }
    this.fetchSlots(hashes, keys.length);
    return keys.map((key, index) => {
      const hash = hashes[index] as number;
      // Mostly there is none: then nothing need be made of the key again.
      return this.slotOf(hash, hash) < 0 ? undefined : this.lookUp(keyBytes(key), hash);
    });
  }

  /** Puts and removes what has changed. */
  putAll(changes: Changes): void {
    const hashes = roomFor(changes.size);
    let count = 0;
    changes.each((bytes, keyAt, keyEnd) => {
      hashes[count++] = hashOf(bytes, keyAt, keyEnd);
    });
    this.fetchSlots(hashes, count);
    count = 0;
    changes.each((bytes, keyAt, keyEnd, end) => {
      const hash = hashes[count++] as number;
      if (end === undefined) this.remove(bytes, keyAt, keyEnd, hash);
      else this.take(bytes, keyAt - headBytes, end, hash);
    });
    this.copyRun();
  }

  /** As a change lies there: its head, key and value. They are copied. */
  put(bytes: Buffer, at: number, end: number): void {
    this.take(bytes, at, end, hashOf(bytes, at + headBytes, keyEndAt(bytes, at)));
    this.copyRun();
  }

  /** Whose key lies there. */
  remove(bytes: Uint8Array, keyAt: number, keyEnd: number, hash = hashOf(bytes, keyAt, keyEnd)): void {
    const slot = this.find(bytes, keyAt, keyEnd, hash);
    if (slot >= 0) this.removeAt(slot);
  }

  /** Keys of those in which something waits, as they were put. */
  *waiting(): Iterable<string> {
    for (let at = 0; at < this.slots.length; at += 2) {
      const address = this.slots[at] as number;
      if (address > gone && waitsAt(this.chunkOf(address), offsetOf(address))) yield this.keyAt(address);
    }
  }

  /**
   * Looks at some entries from where the last call stopped, over many calls at all, then from the front again. Answers those whose
   * newest time is before `before`; nothing is made of the others. Views, as `get`'s.
   */
  next(count: number, before = Number.POSITIVE_INFINITY): [key: string, value: Buffer][] {
    const some: [string, Buffer][] = [];
    const { slots, ages } = this;
    for (let looked = 0; looked < count && 2 * this.look < slots.length; this.look++) {
      const address = slots[2 * this.look] as number;
      if (address <= gone) continue;
      looked++;
      const age = ages[this.look] ?? 0;
      if (age > 0 && age * minuteMs >= before) continue;
      const value = this.valueAt(address);
      if ((this.newestOf?.(value) ?? 0) < before) some.push([this.keyAt(address), value]);
    }
    if (2 * this.look >= slots.length) this.look = 0;
    return some;
  }

  /** Views, as `get`'s. */
  *all(): Iterable<[key: string, value: Buffer]> {
    for (let at = 0; at < this.slots.length; at += 2) {
      const address = this.slots[at] as number;
      if (address > gone) yield [this.keyAt(address), this.valueAt(address)];
    }
  }

  private agesOf(slots: number): Uint32Array {
    return this.newestOf === undefined ? noAges : new Uint32Array(slots);
  }

  /** Not above the true one; 0 may be any time before. */
  private ageOf(bytes: Uint8Array, valueAt: number): number {
    return this.newestOf === undefined ? 0 : Math.max(0, Math.floor(this.newestOf(bytes, valueAt) / minuteMs));
  }

  private take(bytes: Buffer, at: number, end: number, hash: number): void {
    const keyEnd = keyEndAt(bytes, at);
    const slot = this.find(bytes, at + headBytes, keyEnd, hash);
    const age = this.ageOf(bytes, keyEnd);
    if (slot >= 0) {
      if (this.overwrite(this.slots[2 * slot] as number, bytes, at, keyEnd, end)) {
        this.ages[slot] = age;
        return;
      }
      this.removeAt(slot);
    }
    this.insert(this.append(bytes, at, end), hash, age);
    this.liveBytes += end - at;
    const held = this.chunks.length * chunkBytes;
    if (held > 8 * chunkBytes && held > 2 * this.liveBytes) this.compact();
  }

  private removeAt(slot: number): void {
    this.liveBytes -= this.bytesAt(this.slots[2 * slot] as number);
    this.slots[2 * slot] = gone;
    this.live--;
  }

  /**
   * Reads the slots of these keys, so that they are at hand when they are looked at: of so short a loop the processor begins many reads
   * before the first is answered, and a slot among millions is a hundred times as far as one at hand.
   */
  private fetchSlots(hashes: Uint32Array, count: number): void {
    const { slots, ages } = this;
    const mask = slots.length / 2 - 1;
    let all = 0;
    for (let index = 0; index < count; index++) {
      const slot = (hashes[index] as number) & mask;
      all ^= (slots[2 * slot] as number) ^ (ages[slot] as number);
    }
    this.fetched = all;
  }

  private lookUp(key: Uint8Array, hash: number): Buffer | undefined {
    const slot = this.find(key, 0, key.length, hash);
    return slot < 0 ? undefined : this.valueAt(this.slots[2 * slot] as number);
  }

  /** Answers the next slot in use with this hash, from that one on, or −1. */
  private slotOf(hash: number, from: number): number {
    const { slots } = this;
    const mask = slots.length / 2 - 1;
    for (let slot = from & mask; ; slot = (slot + 1) & mask) {
      const address = slots[2 * slot] as number;
      if (address === empty) return -1;
      if (slots[2 * slot + 1] === hash && address !== gone) return slot;
    }
  }

  /** Answers the slot of the key, or −1. */
  private find(bytes: Uint8Array, from: number, to: number, hash: number): number {
    for (let slot = this.slotOf(hash, hash); slot >= 0; slot = this.slotOf(hash, slot + 1))
      if (this.isOf(this.slots[2 * slot] as number, bytes, from, to)) return slot;
    return -1;
  }

  private isOf(address: number, bytes: Uint8Array, from: number, to: number): boolean {
    if (address >= this.run.address) this.copyRun();
    const chunk = this.chunkOf(address);
    const at = offsetOf(address);
    if (keyEndAt(chunk, at) !== at + headBytes + to - from) return false;
    for (let i = from, own = at + headBytes; i < to; i++, own++) if (chunk[own] !== bytes[i]) return false;
    return true;
  }

  private insert(address: number, hash: number, age: number): void {
    if (4 * (this.used + 1) > this.slots.length) this.rehash();
    const { slots } = this;
    const mask = slots.length / 2 - 1;
    let slot = hash & mask;
    while ((slots[2 * slot] as number) > gone) slot = (slot + 1) & mask;
    if (slots[2 * slot] === empty) this.used++;
    slots[2 * slot] = address;
    slots[2 * slot + 1] = hash;
    this.ages[slot] = age;
    this.live++;
  }

  /** Without what is gone, and with more room where that is not enough. */
  private rehash(): void {
    const { slots, ages } = this;
    let count = slots.length / 2;
    while (count < 4 * (this.live + 1)) count *= 2;
    this.empty(count);
    for (let at = 0; at < slots.length; at += 2) {
      const address = slots[at] as number;
      if (address > gone) this.insert(address, slots[at + 1] as number, ages[at / 2] ?? 0);
    }
  }

  /** Whether the new value had room in the old one's place. */
  private overwrite(address: number, bytes: Buffer, at: number, keyEnd: number, end: number): boolean {
    const chunk = this.chunkOf(address);
    const own = offsetOf(address);
    if (end - keyEnd > roomAt(chunk, own)) return false;
    writeState(chunk, own, end - keyEnd, waitsAt(bytes, at));
    copy(bytes, keyEnd, end, chunk, keyEndAt(chunk, own));
    return true;
  }

  /** Answers the address; `copyRun` brings the bytes there. */
  private append(bytes: Buffer, at: number, end: number): number {
    const size = end - at;
    const isFull = this.end + size > chunkBytes;
    const { run } = this;
    if (isFull || run.bytes !== bytes || run.end !== at) {
      this.copyRun();
      if (isFull) this.addChunk(size);
      const number = this.chunks.length - Math.max(1, Math.ceil(size / chunkBytes));
      this.run = { bytes, at, end: at, address: number * chunkBytes + this.end };
    }
    const address = this.run.address + at - this.run.at;
    this.run.end = end;
    this.end = size > chunkBytes ? chunkBytes : this.end + size;
    return address;
  }

  private copyRun(): void {
    const { bytes, at, end, address } = this.run;
    if (end > at) this.chunkOf(address).set(bytes.subarray(at, end), offsetOf(address));
    this.run = NO_RUN;
  }

  private addChunk(size: number): void {
    const numbers = Math.ceil(size / chunkBytes);
    if (this.chunks.length + numbers > chunksMax)
      throw new RangeError('Cannot keep more than 4 GiB of states of one lane in memory: use more partitions');
    // The first addresses of all are the marks.
    this.end = this.chunks.length === 0 ? gone + 1 : 0;
    const chunk = Buffer.allocUnsafeSlow(Math.max(chunkBytes, this.end + size));
    for (let i = 0; i < Math.ceil(chunk.length / chunkBytes); i++) this.chunks.push(chunk);
  }

  /** What is alive, in new chunks. */
  private compact(): void {
    this.copyRun();
    const { chunks, slots, ages } = this;
    this.chunks = [];
    this.end = chunkBytes;
    this.empty(slots.length / 2);
    this.liveBytes = 0;
    for (let slot = 0; 2 * slot < slots.length; slot++) {
      const address = slots[2 * slot] as number;
      if (address <= gone) continue;
      const chunk = chunks[address >>> chunkBits] as Buffer;
      const at = offsetOf(address);
      trim(chunk, at);
      const end = endAt(chunk, at) as number;
      this.insert(this.append(chunk, at, end), slots[2 * slot + 1] as number, ages[slot] ?? 0);
      this.liveBytes += end - at;
    }
    this.copyRun();
  }

  /**
   * The look goes on where it was: from the front again, it would never come to the back of a busy arena. Among as many slots entries
   * stay about where they are; among more, each keeps its slot's number or goes further by the old length, so that what was still to
   * come is still ahead. A few change sides as others make room for them: they come in the next round, or twice.
   */
  private empty(slots: number): void {
    this.slots = new Uint32Array(2 * slots);
    this.ages = this.agesOf(slots);
    this.used = 0;
    this.live = 0;
  }

  private chunkOf(address: number): Buffer {
    return this.chunks[address >>> chunkBits] as Buffer;
  }

  private keyAt(address: number): string {
    const chunk = this.chunkOf(address);
    const at = offsetOf(address);
    return textOf(chunk, at + headBytes, keyEndAt(chunk, at));
  }

  private valueAt(address: number): Buffer {
    const chunk = this.chunkOf(address);
    const at = offsetOf(address);
    return chunk.subarray(keyEndAt(chunk, at), endAt(chunk, at));
  }

  /** Of the whole entry, its room included. */
  private bytesAt(address: number): number {
    const chunk = this.chunkOf(address);
    const at = offsetOf(address);
    return keyEndAt(chunk, at) + roomAt(chunk, at) - at;
  }
}

/** The keys of a lane share the lower bits of murmur2, by which they came into one partition: mixed, lest they crowd in few slots. */
const hashOf = (bytes: Uint8Array, from: number, to: number): number => {
  const hash = murmur2(bytes, from, to);
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
};

const offsetOf = (address: number): number => address & (chunkBytes - 1);
