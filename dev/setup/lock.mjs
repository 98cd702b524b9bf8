/** One set-up at a time: a second command waits for the first, and takes over from one that died. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, say } from './run.mjs';

const file = join(root, '.cache/setup.lock');

export async function withLock(work) {
  mkdirSync(join(root, '.cache'), { recursive: true });
  for (let waited = false; !taken(); waited = true) {
    if (!waited) say('Waiting for another set-up to finish …');
    await sleep(200);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function taken() {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!holderLives()) rmSync(file, { force: true });
    return false;
  }
}

function holderLives() {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    if (pid === 0) return true; // Made, not yet written.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
