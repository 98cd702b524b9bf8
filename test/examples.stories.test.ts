/** The stories of examples/stories, and the one that docs/stories.md shows, each as `odp-orders test` tells it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { call } from './commands/call';

const folder = relative(process.cwd(), join(__dirname, '../examples/stories'));
const stories = readdirSync(folder);

test('there are stories, and nothing else', () => {
  expect(stories.length).toBeGreaterThanOrEqual(12);
  for (const name of stories) expect(name).toMatch(/^[a-z-]+\.story\.yaml$/);
});

test.each(stories)('%s', async name => {
  const { code, out, err } = await call('test', join(folder, name));
  expect({ err, out, code }).toEqual({ err: '', out: expect.stringMatching(/\n1 story, all as expected\n$/), code: 0 });
});

test('the story of docs/stories.md', async () => {
  const page = readFileSync(join(__dirname, '../docs/stories.md'), 'utf8');
  const directory = mkdtempSync(join(tmpdir(), 'story-'));
  const file = join(directory, 'shown.story.yaml');
  writeFileSync(file, /^```yaml\n([\s\S]*?)^```/m.exec(page)?.[1] ?? '');
  const { code, out, err } = await call('test', file);
  rmSync(directory, { recursive: true });
  expect({ err, out, code }).toEqual({ err: '', out: expect.stringMatching(/^ok /), code: 0 });
});
