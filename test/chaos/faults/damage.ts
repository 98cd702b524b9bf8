/** What disks do to a store while nobody looks: bytes that are others, files that end too early or are gone. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Damages one file of one lane's store.
 * @param directory With a directory for each lane.
 * @param draw Which, and how.
 * @returns What was done, in words.
 */
export const damage = (directory: string, draw: number): string => {
  const lanes = existsSync(directory) ? readdirSync(directory).filter(name => /^\d+$/.test(name)) : [];
  const lane = lanes[draw % lanes.length];
  if (lane === undefined) return 'which has no store yet';
  const files = readdirSync(join(directory, lane)).filter(name => /\.(ldb|log)$|^MANIFEST|^CURRENT/.test(name));
  const file = files[Math.floor(draw / 7) % files.length];
  if (file === undefined) return `whose store of lane ${lane} is empty`;
  const path = join(directory, lane, file);
  const { size } = statSync(path);
  const way = Math.floor(draw / 97) % 3;
  if (way === 0 || size === 0) {
    rmSync(path);
    return `${lane}/${file} removed`;
  }
  const at = Math.floor(draw / 3) % size;
  if (way === 1) {
    truncateSync(path, at);
    return `${lane}/${file} cut at ${at} of ${size}`;
  }
  const bytes = readFileSync(path);
  for (let index = at; index < Math.min(at + 16, size); index++) bytes[index] = (bytes[index] as number) ^ 0x5a;
  writeFileSync(path, bytes);
  return `${lane}/${file} flipped at ${at} of ${size}`;
};
