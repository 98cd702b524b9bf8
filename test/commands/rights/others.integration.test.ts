/** What other commands need: with exactly these rights each does its work, and with one less it says which. */
import { grantLine } from '../../../commands/rights/grant';
import {
  rightsToCheckTopics,
  rightsToCreateTopics,
  rightsToForget,
  rightsToPreview,
  rightsToRepartition,
  rightsToReplay,
  rightsToReset,
  rightsToRun,
  rightsToTellLag,
} from '../../../commands/rights/needed';
import type { Settings } from '../../../commands/settings/schema';
import { type Right, rightText } from '../../../connectors/kafka/rights/right';
import { type Stack, startStack } from '../../../dev/stack';
import { unique } from '../../stack/address';
import { grant, revoke, settingsAs } from '../../stack/secured';
import { call, type GivenSettings, killAll } from '../run/program';
import { createTopics, Scene } from '../run/scene';
import { loaded } from './settings';

let stack: Stack;
let scene: Scene;

beforeAll(async () => {
  stack = await startStack({ security: true });
  scene = await Scene.open({ place: stack, partitions: 2, badPercent: 0, untidyPercent: 0 });
  await scene.produce(20);
});
afterEach(killAll);
afterAll(async () => {
  await scene.close();
  await stack.stop();
});

interface Attempt {
  readonly settings: GivenSettings;
  readonly args: readonly string[];
  /** What is not in question. */
  readonly given?: readonly Right[];
  readonly needed: readonly Right[];
}

interface Row {
  readonly command: string;
  /** On topics of its own where it writes. */
  readonly attempt: (settings: GivenSettings, without?: Right) => Attempt | Promise<Attempt>;
}

const made = unique('made');
const topicsOf = (name: string): GivenSettings => ({
  'kafka.group': name,
  'topics.sources': `${name}.orders`,
  'topics.events': `${name}.events`,
  'topics.failures': `${name}.failures`,
  'topics.summaries': `${name}.summaries`,
});

const onTopics = (rights: readonly Right[]) => rights.filter(({ on }) => on === 'topic');

const rows: readonly Row[] = [
  {
    command: 'lag',
    attempt: settings => ({ settings, args: ['lag'], needed: rightsToTellLag(loaded(settings)) }),
  },
  {
    command: 'preview --topic',
    attempt: settings => ({
      settings,
      args: ['preview', '--topic', scene.source, '--limit', '1'],
      needed: rightsToPreview(scene.source),
    }),
  },
  {
    command: 'topics check',
    attempt: async all => {
      const settings = { ...all, ...topicsOf(made) };
      await call(['topics', 'create'], { ...settings, ...settingsAs('orders', stack) });
      return {
        settings,
        args: ['topics', 'check'],
        given: onTopics(rightsToRun(loaded(settings))),
        needed: rightsToCheckTopics(loaded(settings)),
      };
    },
  },
  {
    command: 'topics create',
    attempt: all => {
      const settings = { ...all, ...topicsOf(unique('new')) };
      return {
        settings,
        args: ['topics', 'create'],
        given: [...onTopics(rightsToRun(loaded(settings))), ...rightsToCheckTopics(loaded(settings))],
        needed: rightsToCreateTopics(loaded(settings)),
      };
    },
  },
  {
    command: 'replay --dry-run',
    attempt: settings => ({
      settings,
      args: ['replay', '--from', 'earliest', '--dry-run'],
      needed: rightsToReplay(loaded(settings), []),
    }),
  },
  {
    command: 'replay --rebuild',
    attempt: async (settings, without) => {
      const into = unique('again');
      const topics = [into, `${into}.failures`, `${into}.summaries`];
      // Only of topics that are there already it is asked whether they are fit.
      if (without?.operation === 'DescribeConfigs')
        await createTopics(stack, Object.fromEntries(topics.map(topic => [topic, 2])));
      return {
        settings,
        args: ['replay', '--from', 'earliest', '--rebuild', '--into', into],
        needed: rightsToReplay(loaded(settings), topics),
      };
    },
  },
  {
    command: 'repartition',
    attempt: async settings => {
      const [from, to] = [scene.source, unique('by-key')];
      await createTopics(stack, { [to]: 2 });
      // A group goes on into its first target only.
      const own = { ...settings, 'kafka.group': unique('group') };
      return {
        settings: own,
        args: ['repartition', '--from', from, '--to', to, '--until-end'],
        needed: rightsToRepartition(loaded(own), { from, to }),
      };
    },
  },
  ...[
    { command: 'forget', args: ['forget', 'A7', '--yes'], of: rightsToForget },
    { command: 'reset', args: ['reset', '--yes'], of: rightsToReset },
  ].map(({ command, args, of }) => ({
    command,
    attempt: (settings: GivenSettings) => ({ settings, args, needed: of(loaded(settings)) }),
  })),
];

/** What is said of a right that is lacking. Whether a topic may be created nobody can tell beforehand: then the broker does. */
const told = (right: Right, settings: Settings): readonly string[] =>
  right.operation === 'Create' ? [`Cannot create ${right.name} as`] : [rightText(right), grantLine(right, settings)];

/** @param without The place in `needed` of the one that is lacking. */
const tried = async ({ attempt }: Row, without?: number, like?: Right) => {
  const {
    settings,
    args,
    given = [],
    needed,
  } = await attempt({ ...scene.settings, ...settingsAs('pipeline', stack), 'log.level': 'error' }, like);
  const rights = [...given, ...needed.filter((_, index) => index !== without)];
  await grant(stack, 'pipeline', rights);
  const ended = await call(args, settings);
  await revoke(stack, 'pipeline', rights);
  return { ...ended, lacking: without === undefined ? undefined : told(needed[without]!, loaded(settings)), needed };
};

test.each(rows)('$command', async row => {
  const { needed, ...all } = await tried(row);
  expect(all).toMatchObject({ code: 0, stderr: '' });
  for (const [index, like] of needed.entries()) {
    const { code, stderr, lacking = [] } = await tried(row, index, like);
    for (const text of lacking) expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(text) });
  }
});
