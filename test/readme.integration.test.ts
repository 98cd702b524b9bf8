/** Every command of README.md is executed as it stands there, but `npm test`, which is what runs this. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf, killAll, startProcess } from './commands/run/program';
import { createTopics } from './commands/run/scene';
import { brokers, registryUrl, unique } from './stack/address';

const root = join(__dirname, '..');

const commands = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm)]
  .flatMap(([, block = '']) => block.split('\n'))
  .map(line => line.replace(/\s+#.*$/, '').trim())
  .filter(line => line !== '' && line !== 'npm test');

/** Those that go on until they are asked to stop, and what they say once they work. */
const endless: Readonly<Record<string, RegExp>> = {
  'npm run demo': /accounted [1-9]/,
  'npm start --silent -- run': /"started"|started/,
};

const group = unique('readme');
const settings = {
  'kafka.brokers': '',
  'registry.url': '',
  'kafka.group': group,
  'topics.sources': `${group}.orders`,
  'topics.events': `${group}.events`,
  'topics.failures': `${group}.failures`,
  'topics.summaries': `${group}.summaries`,
};

// Named in README.md as they are; all others follow the settings.
beforeAll(() =>
  createTopics(
    { brokers: brokers(), registryUrl: registryUrl() },
    { 'commerce.orders': 4, 'commerce.orders.by-key': 4 },
  ),
);
afterEach(killAll);

test('there are commands, and all that go on are among them', () => {
  expect(commands.length).toBeGreaterThan(8);
  expect(commands).toEqual(expect.arrayContaining(Object.keys(endless)));
});

test.each(commands)(
  '%s',
  async command => {
    const env = environmentOf({ ...settings, 'kafka.brokers': brokers().join(','), 'registry.url': registryUrl() });
    const [program = '', ...args] = command.split(' ');
    const works = endless[command];
    // A process group of its own: Ctrl-C goes to npm and to what it started alike.
    const running = startProcess(program, args, { env, cwd: root, detached: true });
    if (works) {
      await running.said(works);
      process.kill(-running.pid, 'SIGINT');
    }
    const { code, signal, stdout, stderr } = await running.ended;
    // npm itself dies of the Ctrl-C that it has passed on; ours has then ended in order.
    const end = works && signal === 'SIGINT' ? 0 : code;
    expect({ end, stdout, stderr }).toEqual({ end: 0, stdout, stderr });
    if (command.endsWith(' run')) expect(stderr).toMatch(/stopped/);
    expect(stdout + stderr).not.toBe('');
  },
  300_000,
);
