import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskMb } from '../../bench/disk';

const directory = mkdtempSync(join(tmpdir(), 'disk-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('of a directory with all below', () => {
  const before = diskMb(directory);
  mkdirSync(join(directory, 'a/b'), { recursive: true });
  writeFileSync(join(directory, 'a/b/file'), Buffer.alloc(2 ** 21, 1));
  writeFileSync(join(directory, 'file'), Buffer.alloc(2 ** 20, 1));
  expect(diskMb(directory) - before).toBeCloseTo(3, 1);
});

test('one that is gone takes none', () => {
  expect(diskMb(join(directory, 'never'))).toBe(0);
});
