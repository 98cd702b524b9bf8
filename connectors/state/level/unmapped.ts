/**
 * Has LevelDB read tables where it would map them into memory. A mapped table that somebody shortens ends the process at the next
 * read behind its end (SIGBUS), and there is no option against it. But it maps 1,000 tables of a process at the most, those that
 * are opened first, and reads all others. So the first 1,000 are of a database that is made for this, holds nothing, and stays open.
 */
import { linkSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32c } from '@node-rs/crc32';
import { ClassicLevel } from 'classic-level';
import { footerBytes, magic, masked } from './tables';

/** `MaxMmaps` in LevelDB's util/env_posix.cc. */
const mappedMax = 1_000;
/** Its cache of open tables is in 16 parts, by a hash: each has room for many more than its share. */
const openMax = 4 * mappedMax;
const firstTable = 10;
const directoryPrefix = 'unmapped-';
/** It takes a tenth of a second: an older directory was left by a process that was killed. */
const leftAfterMs = 60_000;

/** It is let go with the process: once it is closed, tables are mapped again. */
let placeholder: Promise<ClassicLevel<Buffer, Buffer>> | undefined;

/** Before any other database of this process is opened. @param directory For a moment, a directory of a thousand links is made in it. */
export const readTables = async (directory: string): Promise<void> => {
  placeholder ??= openPlaceholder(directory);
  try {
    await placeholder;
  } catch (error) {
    placeholder = undefined;
    throw error;
  }
};

const openPlaceholder = async (directory: string): Promise<ClassicLevel<Buffer, Buffer>> => {
  removeLeft(directory);
  const path = mkdtempSync(join(directory, directoryPrefix));
  try {
    writeFileSync(join(path, 'CURRENT'), 'MANIFEST-000001\n');
    writeFileSync(join(path, 'MANIFEST-000001'), manifest());
    writeTables(path);
    const level = new ClassicLevel<Buffer, Buffer>(path, {
      keyEncoding: 'buffer',
      valueEncoding: 'buffer',
      createIfMissing: false,
      maxOpenFiles: openMax,
      writeBufferSize: 64 * 1024,
    });
    await level.open();
    await level.getMany(Array.from({ length: mappedMax }, (_, index) => keyOf(index))); // each is looked for in a table of its own
    return level;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
};

const removeLeft = (directory: string): void => {
  for (const name of readdirSync(directory).filter(name => name.startsWith(directoryPrefix))) {
    const path = join(directory, name);
    const madeMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (madeMs < Date.now() - leftAfterMs) rmSync(path, { recursive: true, force: true });
  }
};

/** All of them one file, where the file system can. */
const writeTables = (path: string): void => {
  const first = join(path, tableName(0));
  writeFileSync(first, emptyTable());
  for (let index = 1; index < mappedMax; index++) {
    const table = join(path, tableName(index));
    try {
      linkSync(first, table);
    } catch {
      writeFileSync(table, emptyTable());
    }
  }
};

const tableName = (index: number): string => `${String(firstTable + index).padStart(6, '0')}.ldb`;

const keyOf = (index: number): Buffer => {
  const key = Buffer.alloc(2);
  key.writeUInt16BE(index);
  return key;
};

/** No entries: an index of filters and one of data blocks, both empty, and the footer. */
const emptyTable = (): Buffer => {
  const block = Buffer.from([0, 0, 0, 0, 1, 0, 0, 0, 0]); // one restart, at 0; their number; not compressed
  const crc = Buffer.alloc(4);
  crc.writeUInt32LE(masked(crc32c(block)));
  const footer = Buffer.alloc(footerBytes);
  const [blockBytes, size] = [block.length + crc.length, block.length - 1];
  Buffer.from([0, size, blockBytes, size]).copy(footer);
  footer.writeBigUInt64LE(magic, footerBytes - 8);
  return Buffer.concat([block, crc, block, crc, footer]);
};

/**
 * All tables, each with a key of its own, at a level where tables this small are left alone. One record of LevelDB's log: masked
 * CRC32C, length and type, which are 7 bytes, and then fields by tag (`VersionEdit` in db/version_edit.cc).
 */
const manifest = (): Buffer => {
  const comparator = Buffer.from('leveldb.BytewiseComparator');
  const fields = [1, comparator.length, ...comparator, 2, 1, 3, ...varint(firstTable + mappedMax), 4, 1];
  const bytes = emptyTable().length;
  for (let index = 0; index < mappedMax; index++) {
    const key = [...keyOf(index), 1, 1, 0, 0, 0, 0, 0, 0]; // a value of sequence 1
    fields.push(7, 2, ...varint(firstTable + index), ...varint(bytes), key.length, ...key, key.length, ...key);
  }
  const record = Buffer.concat([Buffer.alloc(7), Buffer.from(fields)]);
  record.writeUInt16LE(fields.length, 4);
  record.writeUInt8(1, 6); // a whole one
  record.writeUInt32LE(masked(crc32c(record.subarray(6))));
  return record;
};

const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
