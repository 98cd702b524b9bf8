/**
 * Are LevelDB's tables as they were written? It keeps a checksum with every block, but neither the program interface we use
 * nor its own default has it compared on reads: a flipped bit in a key or a filter would be an order that was never heard of.
 * The format: data blocks, filter, index of filters, index of data blocks, each with its type (1 byte) and masked CRC32C
 * (4 bytes), then a footer that says where the indexes are.
 */
import { readdirSync, renameSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c } from '@node-rs/crc32';
import { isDenied } from './reason';

export const footerBytes = 48;
const trailerBytes = 5;
export const magic = 0xdb4775248b80fb57n;

export interface TablesFound {
  /** Complete, and not as they were written. */
  readonly damaged: readonly string[];
  /** Without an end: such a one is left where the writing stopped, and LevelDB deletes it, or takes its name, as it opens. */
  readonly unfinished: readonly Unfinished[];
}

interface Unfinished {
  readonly name: string;
  readonly writtenMs: number;
}

export const checkTables = async (directory: string): Promise<TablesFound> => {
  const damaged: string[] = [];
  const unfinished: Unfinished[] = [];
  for (const name of tablesOf(directory)) {
    const path = join(directory, name);
    const writtenMs = writtenAt(path) ?? 0;
    const found = await checkTable(path);
    if (found === 'unfinished') unfinished.push({ name, writtenMs });
    if (found === 'damaged') damaged.push(name);
  }
  return { damaged, unfinished };
};

/** `gone`: tables are being merged. What cannot be read is damaged. */
export const checkTable = async (path: string): Promise<'whole' | 'damaged' | 'unfinished' | 'gone'> => {
  try {
    const bytes = await readFile(path);
    if (bytes.length < footerBytes || bytes.readBigUInt64LE(bytes.length - 8) !== magic) return 'unfinished';
    return isWhole(bytes) ? 'whole' : 'damaged';
  } catch (error) {
    if (isDenied(error)) throw error;
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'damaged';
  }
};

/** LevelDB knows them by these names no more. */
export const hideTables = (directory: string, names: readonly string[]): void => {
  for (const name of names) renameSync(join(directory, name), join(directory, hidden(name)));
};

export const showTables = (directory: string, names: readonly string[]): void => {
  for (const name of names) renameSync(join(directory, hidden(name)), join(directory, name));
};

const hidden = (name: string): string => `${name}.damaged`;

/** Once LevelDB is open: whether the table is there as it was, and so is one that it needs. */
export const isNeeded = (directory: string, { name, writtenMs }: Unfinished): boolean =>
  writtenAt(join(directory, name)) === writtenMs;

const writtenAt = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.mtimeMs;

export const tablesOf = (directory: string): string[] =>
  readdirSync(directory).filter(name => /\.(ldb|sst)$/.test(name));

/** Whether the blocks fill the table, and each has its checksum. */
export const isWhole = (table: Buffer): boolean => {
  try {
    const footer = new Varints(table.subarray(table.length - footerBytes));
    const filters = footer.block();
    const index = footer.block();
    const inside = [filters, index].flatMap(block => (isBlock(table, block) ? blocksIn(table, block) : [nothing]));
    const all = [filters, index, ...inside];
    const bytes = all.reduce((sum, { size }) => sum + size + trailerBytes, footerBytes);
    return bytes === table.length && inside.every(block => isBlock(table, block));
  } catch {
    return false; // a length that leads out of the file
  }
};

interface Block {
  readonly at: number;
  readonly size: number;
}

const nothing: Block = { at: -1, size: 0 };

const isBlock = (table: Buffer, { at, size }: Block): boolean => {
  const type = at + size;
  if (at < 0 || type + trailerBytes > table.length) return false;
  return masked(crc32c(table.subarray(at, type + 1))) === table.readUInt32LE(type + 1);
};

/** LevelDB stores no bare CRC, as a CRC over bytes that hold one tells little. */
export const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;

/** What an index points at: its entries are (shared, own, value lengths, own part of the key, value). We write uncompressed. */
const blocksIn = (table: Buffer, { at, size }: Block): Block[] => {
  if (table[at + size] !== 0) throw new Error('compressed');
  const restarts = table.readUInt32LE(at + size - 4);
  const entries = new Varints(table.subarray(at, at + size - 4 - 4 * restarts));
  const blocks: Block[] = [];
  while (!entries.isAtEnd()) {
    entries.next();
    const own = entries.next();
    entries.next();
    entries.at += own;
    blocks.push(entries.block());
  }
  return blocks;
};

class Varints {
  at = 0;
  constructor(private readonly bytes: Buffer) {}

  isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  next(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.bytes.readUInt8(this.at++);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  block(): Block {
    return { at: this.next(), size: this.next() };
  }
}
