/** The set-up tells all that is missing in one go, before it does anything. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../dev/stack/process';

const root = packageRoot();

const setUp = (options: readonly string[], environment: NodeJS.ProcessEnv) => {
  const program = join(root, 'dev/setup.mjs');
  const { status, stderr } = spawnSync(process.execPath, [program, ...options], { env: environment, encoding: 'utf8' });
  return { status, stderr };
};

test('without Java and Maven: both are named, with the commands that install them', () => {
  const { status, stderr } = setUp(['--stack'], { PATH: '/nowhere' });
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /Java development kit, 17 or newer[\s\S]*apt-get[\s\S]*brew[\s\S]*Maven[\s\S]*apt-get[\s\S]*brew/,
  );
});

test('an option that does not exist is refused', () => {
  const { status, stderr } = setUp(['--stak'], process.env);
  expect(status).toBe(1);
  expect(stderr).toContain('--stak as the options are --install, --build, --stack');
});

test.each([
  ['18.19.1', false],
  ['20.11.0', false],
  ['20.12.0', true],
  ['21.0.0', true],
  ['22.3.0', true],
])('Node %s is new enough: %s', (version, expected) => {
  const source = `import(${JSON.stringify(join(root, 'dev/setup/prerequisites.mjs'))})
    .then(({ nodeIsNewEnough }) => console.log(nodeIsNewEnough('${version}')))`;
  expect(spawnSync(process.execPath, ['-e', source], { encoding: 'utf8' }).stdout.trim()).toBe(String(expected));
});
