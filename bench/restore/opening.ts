/** One opening of all lanes in a process of its own: how long it took, and the memory it came to. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ownFlags } from '../odp-orders';
import { type Memory, memoryOf } from '../process';
import type { Opened } from './open';

export interface Opening extends Opened {
  /** The most that was seen. */
  readonly peak: Memory;
  /** Once all lanes were open. */
  readonly rest: Memory;
}

const lookEveryMs = 10;

/** @param env Settings, by the environment's names. */
export const openOnce = async (env: Readonly<Record<string, string>>): Promise<Opening> => {
  const child = spawn(process.execPath, [...ownFlags, join(__dirname, 'open.js')], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = new Promise<number | null>((resolve, reject) => child.once('exit', resolve).once('error', reject));
  let peak: Memory = { rssMb: 0, anonMb: 0 };
  const look = () => {
    const now = memoryOf(child.pid ?? 0);
    peak = { rssMb: Math.max(peak.rssMb, now.rssMb), anonMb: Math.max(peak.anonMb, now.anonMb) };
    return now;
  };
  const looking = setInterval(() => {
    try {
      look();
    } catch {
      // It has ended: the exit says how.
    }
  }, lookEveryMs);
  try {
    const lines = createInterface({ input: child.stdout });
    const said = new Promise<string>(resolve => lines.once('line', resolve));
    const line = await Promise.race([said, gone.then(() => undefined)]);
    if (line === undefined) throw new Error('Cannot measure the opening of lanes as the process failed: see above.');
    const rest = look();
    child.stdin.write('close\n');
    if ((await gone) !== 0)
      throw new Error('Cannot measure the opening of lanes as they could not be closed: see above.');
    return { ...(JSON.parse(line) as Opened), peak, rest };
  } finally {
    clearInterval(looking);
    child.kill('SIGKILL');
  }
};
