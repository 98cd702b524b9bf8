/** `odp-orders test`: reads the stories, tells each to the pipeline, and says where something else came of it. */
import { readFileSync } from 'node:fs';
import type { Mappings } from '../../pipeline/order/mapping';
import { bodySettingsOf } from '../connections';
import { CommandError, Ended, exitCodes } from '../exit';
import { loadMappings } from '../mappings';
import { wantsColour } from '../paint';
import { previewLines } from '../preview/lines';
import type { Previewed } from '../preview/preview';
import { loadWithSources, type SettingsRequest } from '../settings/load';
import { type Problem, problemLine, SettingsProblems } from '../settings/problem';
import type { Settings } from '../settings/schema';
import type { TestOptions } from './command';
import { differences } from './compare';
import { storyFiles } from './files';
import { asJson, report, type Told } from './report';
import { readStory, type Story } from './story';

export const test = async (
  paths: readonly string[],
  { json }: TestOptions,
  request: SettingsRequest,
): Promise<void> => {
  const inForce = loadWithSources(request);
  if (inForce instanceof SettingsProblems) throw inForce;
  const told: Told[] = [];
  const mappingsOf = mappingsFor();
  // All are read before the first is told: what is wrong is said together.
  for (const { story, settings } of readStories(paths, request))
    told.push(await toldOf(story, settings, await mappingsOf(settings)));
  process.stdout.write(json ? `${asJson(told)}\n` : report(told, wantsColour()));
  if (told.some(({ differences }) => differences.length > 0)) throw new Ended(exitCodes.found);
};

interface Ready {
  readonly story: Story;
  /** Those in force, and what the story says otherwise. */
  readonly settings: Settings;
}

const readStories = (paths: readonly string[], request: SettingsRequest): readonly Ready[] => {
  const { files, problems: found } = storyFiles(paths);
  const problems: Problem[] = [...found];
  const ready: Ready[] = [];
  for (const file of files) {
    const { story, problems: wrong } = readStory(readFileSync(file, 'utf8'), file);
    problems.push(...wrong);
    if (wrong.length > 0) continue;
    const loaded = loadWithSources({ ...request, last: story.settings });
    if (loaded instanceof SettingsProblems) problems.push(...loaded.problems);
    else ready.push({ story, settings: loaded.settings });
  }
  if (problems.length === 0) return ready;
  throw new CommandError(
    `Cannot test the stories as ${problems.length === 1 ? 'one place is' : `${problems.length} places are`} wrong:\n${problems
      .map(problem => `  ${problemLine(problem)}`)
      .join('\n')}`,
    'docs/stories.md has the format, examples/stories a dozen of them',
    exitCodes.usage,
  );
};

/** Stories with the same mappings share them. */
const mappingsFor = () => {
  const loaded = new Map<string, Mappings>();
  return async (settings: Settings): Promise<Mappings> => {
    const names = JSON.stringify(settings.mappings);
    const mappings = loaded.get(names) ?? (await loadMappings(settings));
    loaded.set(names, mappings);
    return mappings;
  };
};

const toldOf = async (story: Story, settings: Settings, mappings: Mappings): Promise<Told> => {
  const { file, sentence, facts, expected } = story;
  const came: Previewed[] = [];
  await previewLines(facts, settings, mappings, previewed => came.push(previewed));
  const placeOf = ({ source }: Previewed) => facts[Number(source.offset) - 1]?.place ?? file;
  return { file, story: sentence, differences: differences(expected, came, placeOf, bodySettingsOf(settings)) };
};
