/**
 * The gate, `npm run check`: everything that can be known about a change without starting anything, in seconds. The parts
 * run side by side; what failed is shown whole, then one line sums up.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './setup/run.mjs';

const bin = name => join(root, 'node_modules', name);
const node = (...args) => [process.execPath, ...args];

/** Ends a test that hangs in a loop, which no time-out of jest can: what it printed shows how far it came. */
const limitMs = 300_000;

/** Each: what it is, the command, and what has to come before it. The types are checked by building: it takes no longer. */
const parts = [
  { name: 'format and lint', command: node(bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.') },
  { name: 'types', command: node('dev/setup.mjs', '--build') },
  { name: 'generated files', command: node('dist/dev/generate.js', '--check'), after: 'types' },
  { name: 'unit tests', command: node(bin('jest/bin/jest.js'), '--selectProjects=unit', '--maxWorkers=100%') },
];

const started = Date.now();
const running = new Map();
for (const part of parts) running.set(part.name, runPart(part));
const results = await Promise.all(running.values());

for (const { name, passed, output } of results) if (!passed) console.log(`\n── ${name} ──\n${output.trim()}\n`);
const sums = results.map(({ name, passed, seconds }) => `${name} ${passed ? `${seconds} s` : 'FAILED'}`);
const passed = results.every(result => result.passed);
console.log(`check ${passed ? 'passed' : 'FAILED'} in ${since(started)} s: ${sums.join(', ')}`);
process.exitCode = passed ? 0 : 1;

async function runPart({ name, command: [program, ...args], after }) {
  if (after && !(await running.get(after)).passed) return { name, passed: false, output: `Not run: ${after} failed.` };
  const begun = Date.now();
  return new Promise(resolve => {
    const environment = { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' };
    // A group of its own, so that with a part its own children end as well.
    const child = spawn(program, args, { cwd: root, env: environment, detached: true });
    const end = () => endGroup(child.pid);
    const limit = setTimeout(end, limitMs);
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, end);
    let output = '';
    const keep = chunk => {
      output += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', error => resolve({ name, passed: false, output: error.message, seconds: since(begun) }));
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      if (signal) output += `\nEnded by ${signal} after ${since(begun)} s (the limit is ${limitMs / 1000} s).`;
      resolve({ name, passed: code === 0, output, seconds: since(begun) });
    });
  });
}

function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function since(time) {
  return ((Date.now() - time) / 1000).toFixed(1);
}
