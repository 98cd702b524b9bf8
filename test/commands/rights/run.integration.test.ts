/** `run` as a user who may do what it needs, as Kafka's own tool granted it; and what is said where one of these rights is lacking. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../../../commands/exit';
import { rightsToRun } from '../../../commands/rights/needed';
import { type Right, rightText } from '../../../connectors/kafka/rights/right';
import { type Stack, startStack } from '../../../dev/stack';
import { kafkaAcls } from '../../stack/java';
import { grant, revoke, securityOf, settingsAs } from '../../stack/secured';
import { call, type Ended, type GivenSettings, killAll, start } from '../run/program';
import { Scene } from '../run/scene';
import { loaded, placeholders } from './settings';

let stack: Stack;
let scene: Scene;
let settings: GivenSettings;
let rights: readonly Right[];
let lines: readonly string[];
const directory = mkdtempSync(join(tmpdir(), 'rights-'));

beforeAll(async () => {
  stack = await startStack({ security: true });
  scene = await Scene.open({ place: stack, partitions: 2 });
  settings = { ...scene.settings, ...settingsAs('pipeline', stack) };
  rights = rightsToRun(loaded(settings));
});
afterEach(killAll);
afterAll(async () => {
  await scene.close();
  await stack.stop();
  rmSync(directory, { recursive: true });
});

/** Of docs/security.md: how somebody logs in who may grant. */
const adminProperties = (): string => {
  const { caFile, users } = securityOf(stack);
  const path = join(directory, 'admin.properties');
  writeFileSync(
    path,
    [
      'security.protocol=SASL_SSL',
      'ssl.truststore.type=PEM',
      `ssl.truststore.location=${caFile}`,
      'sasl.mechanism=SCRAM-SHA-512',
      `sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="orders" password="${users.orders}";`,
    ].join('\n'),
  );
  return path;
};

const examined = async () => {
  const { code, stdout } = await call(['doctor', '--json', '--sample', '0'], settings);
  const checks: { about: string; state: string; text: string; fix?: string }[] = JSON.parse(stdout).checks;
  return { code, rights: checks.filter(({ about }) => about === 'rights'), checks };
};

const refused = ({ code, stderr }: Ended, doing: string, right: Right, line: string) => {
  expect({ code, stderr }).toMatchObject({ code: exitCodes.failed, stderr: expect.stringContaining(line) });
  expect(stderr.split('\n').filter(one => one.startsWith('odp-orders: '))).toEqual([
    `odp-orders: Cannot ${doing} as our user (User:pipeline) lacks a right: ${rightText(right)}`,
  ]);
};

test('granted as doctor --acls prints it, doctor finds nothing lacking, and a run does its work', async () => {
  const { stdout } = await call(['doctor', '--acls'], settings);
  lines = stdout.split('\n').filter(line => line.startsWith('kafka-acls.sh '));
  const file = adminProperties();
  await kafkaAcls(lines.map(line => line.replace('admin.properties', file).split(' ').slice(1)));
  const { rights, checks } = await examined();
  expect(rights).toEqual([{ state: 'ok', about: 'rights', text: 'all 9 that a run needs' }]);
  expect(checks.filter(({ text }) => /our user/.test(text))).toEqual([]);

  await scene.produce(500);
  const run = start(['run'], settings);
  await scene.behindAtMost(0, run);
  await scene.settled();
  run.send('SIGTERM');
  expect((await run.ended).code).toBe(0);
});

const rows = placeholders(rightsToRun).map((right, index) => ({ right: rightText(right), index }));

describe('one right less', () => {
  test.each(rows)('$right: doctor and run name it, with its grant', async ({ index }) => {
    const right = rights[index]!;
    await revoke(stack, 'pipeline', [right]);
    const [doctor, run] = await Promise.all([examined(), call(['run'], settings)]);
    await grant(stack, 'pipeline', [right]);
    expect(doctor.rights).toEqual([
      { state: 'problem', about: 'rights', text: `our user lacks ${rightText(right)}`, fix: lines[index] },
    ]);
    expect(doctor.code).toBe(exitCodes.found);
    // How many partitions a hidden source has is not known: nothing is held against a default.
    expect(doctor.checks.filter(({ text }) => /other sources/.test(text))).toEqual([]);
    refused(run, 'start', right, lines[index]!);
  });
});

describe('one right taken away from a run at work', () => {
  // What a lane remembers is read when it begins only.
  test.each(rows.filter(({ right }) => !right.startsWith('Read on topic G.state')))(
    '$right: the run ends, and names it',
    async ({ index }) => {
      const right = rights[index]!;
      const run = start(['run'], settings);
      await run.said(/"started"/);
      await scene.behindAtMost(0, run);
      await revoke(stack, 'pipeline', [right]);
      await scene.produce(100);
      const ended = await run.ended;
      await grant(stack, 'pipeline', [right]);
      refused(ended, 'go on', right, lines[index]!);
    },
  );

  test('and given back: the next run writes what is left, and all is there once', async () => {
    const run = start(['run'], settings);
    await run.said(/"started"/);
    await scene.behindAtMost(0, run);
    await scene.settled();
    run.send('SIGTERM');
    expect((await run.ended).code).toBe(0);
    expect(await scene.verdict()).toMatchObject({ unaccounted: 0, problems: [] });
  });
});
