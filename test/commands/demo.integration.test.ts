/** `demo --once` as a user calls it: a process of its own that ends by itself, and leaves nothing unaccounted for. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { brokers, registryUrl, unique } from '../stack/address';
import { readCommitted } from '../stack/java';

const main = join(__dirname, '../../dist/commands/main.js');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const demo = (args: readonly string[], after?: (child: ReturnType<typeof spawn>) => void): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, 'demo', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', code => resolve({ code, stdout, stderr }));
    after?.(child);
  });

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1) ?? '';

test('from nothing: a stack of its own, 2,000 records, each accounted for', async () => {
  const { code, stdout, stderr } = await demo(['--once', '--orders', '2000', '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) });
  const { produced, events, failures, skipped, duplicates, seconds, ...rest } = JSON.parse(lastLine(stdout));
  expect(rest).toEqual({ held: 0, unaccounted: 0 });
  expect(produced).toBe(2_000);
  expect(seconds).toBeGreaterThan(0);
  const failed = Object.values<number>(failures).reduce((sum, count) => sum + count, 0);
  expect(events + failed + skipped + duplicates).toBe(2_000);
  expect(duplicates).toBeGreaterThan(0);
  expect(failures).toMatchObject({ corrupt: expect.any(Number), over_deduction: expect.any(Number) });
}, 180_000);

test('on a stack that is there, twice in a row; another client finds as many as were told', async () => {
  const topic = unique('demo');
  const settings = [
    `kafka.group=${topic}`,
    `topics.sources=${topic}-orders`,
    `topics.events=${topic}-events`,
    `topics.failures=${topic}-failures`,
    `topics.summaries=${topic}-summaries`,
  ];
  const args = [
    ...['--once', '--orders', '1500', '--bad-percent', '20', '--json'],
    ...['--brokers', brokers().join(','), '--registry', registryUrl()],
    ...settings.flatMap(setting => ['--set', setting]),
  ];
  const [first, second] = [await demo(args), await demo(args)];
  expect([first.code, second.code, first.stderr, second.stderr]).toEqual([
    0,
    0,
    expect.any(String),
    expect.any(String),
  ]);
  const told = [first, second].map(({ stdout }) => JSON.parse(lastLine(stdout)));
  const failures = told.flatMap(one => Object.values<number>(one.failures)).reduce((sum, count) => sum + count, 0);
  expect(failures).toBeGreaterThan(400);
  expect((await readCommitted(`${topic}-events`)).length).toBe(told[0].events + told[1].events);
  expect((await readCommitted(`${topic}-failures`)).length).toBe(failures);
  expect((await readCommitted(`${topic}-orders`)).length).toBe(3_000);
}, 180_000);

test('until Ctrl-C: lines where there is no terminal, an orderly end', async () => {
  const group = unique('live');
  const names = [`kafka.group=${group}`, `topics.sources=${group}-orders`, `topics.events=${group}-events`];
  const { code, stdout } = await demo(
    [
      ...['--rate', '400', '--brokers', brokers().join(','), '--registry', registryUrl()],
      ...[...names, `topics.failures=${group}-failures`, `topics.summaries=${group}-summaries`].flatMap(setting => [
        '--set',
        setting,
      ]),
    ],
    child => {
      // Once: the last line looks the same, and a second Ctrl-C forces the end.
      let asked = false;
      child.stdout?.on('data', text => {
        if (asked || !/accounted [1-9]/.test(String(text))) return;
        asked = true;
        child.kill('SIGINT');
      });
    },
  );
  expect(code).toBe(0);
  // What waited in windows is let go at the end.
  const [, produced, accounted] =
    /^\d+s: produced ([\d,]+) .* accounted ([\d,]+) .* waiting 0: purchase [1-9]/.exec(lastLine(stdout)) ?? [];
  expect([lastLine(stdout), accounted]).toEqual([lastLine(stdout), produced]);
}, 180_000);

test.each([
  [['--brokers', '127.0.0.1:1'], /Cannot use --brokers without --registry .*\n.*try: give both/s],
  [['--orders', 'many'], /whole number from 1/],
  [['--bad-percent', '101'], /number from 0 to 100/],
])('%j is refused', async (args, reason) => {
  const { code, stderr } = await demo(args);
  expect(code).toBe(2);
  expect(stderr).toMatch(reason);
});

test('brokers that are not there are one clear message', async () => {
  const { code, stderr } = await demo(['--once', '--brokers', '127.0.0.1:1', '--registry', 'http://127.0.0.1:1']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/odp-orders: Cannot .* 127\.0\.0\.1:1/);
}, 60_000);
