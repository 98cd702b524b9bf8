/** A short run of the chaos harness, as its user starts it. CHAOS_SEED has other facts and faults. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bugNames, programWith } from './bugs';

const seed = process.env.CHAOS_SEED ?? '1';

test(`a short run of chaos, seed ${seed}: nothing lost, doubled, out of order or wrong`, async () => {
  const main = join(__dirname, '../../dist/test/chaos/main.js');
  const run = spawn(process.execPath, [main, '--short', '--seed', seed, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  run.stdout.on('data', text => (out += text));
  run.stderr.on('data', text => (err += text));
  const code = await new Promise(resolve => run.once('exit', resolve));
  const lines = out.trim().split('\n');
  expect({ code, ended: lines.at(-1)?.startsWith('{"seed":') ? 'with a verdict' : `${out}\n${err}` }).toEqual({
    code: 0,
    ended: 'with a verdict',
  });
  const verdict = JSON.parse(lines.at(-1) as string);
  expect(verdict).toMatchObject({ seed: Number(seed), lost: 0, duplicated: 0, misordered: 0, wrong: 0 });
  expect(verdict.facts).toBeGreaterThan(20_000);
  expect(Object.keys(verdict.faults).length).toBeGreaterThanOrEqual(8);
}, 600_000);

test.each(bugNames)('the program of today has a place for the deliberate bug %s', name => {
  const directory = mkdtempSync(join(tmpdir(), 'odp-orders-bug-'));
  try {
    expect(programWith(name, directory)).toBe(join(directory, 'commands/main.js'));
  } finally {
    rmSync(directory, { recursive: true });
  }
});
