// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the text of a program
/**
 * Deliberate bugs, one for each thing that exactly once stands on: the built program is copied and its text changed, so that there
 * is nothing in the program itself that knows of them. A text that is not there exactly once is an error: the program was
 * changed, and the bug must be put anew.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../dev/stack/process';
import type { FaultKind } from './faults/schedule';

interface Patch {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

interface Bug {
  readonly what: string;
  readonly patches: readonly Patch[];
  /** Faults that hit the spot. */
  readonly faults: readonly FaultKind[];
}

const fence = `        await transactions.fence();
`;

export const bugs = {
  fence: {
    what: 'no fence: each process has a transactional id of its own, and so stops nobody',
    patches: [
      {
        file: 'connectors/kafka/open.js',
        from: 'group}-${id}`,',
        to: 'group}-${id}-${process.pid}`,',
      },
    ],
    faults: ['member frozen', 'network held', 'member frozen', 'network slow'],
  },
  'read-before-fence': {
    what: 'state and offsets are read before the fence, and not after it',
    patches: [
      { file: 'connectors/kafka/open.js', from: fence, to: '' },
      {
        file: 'connectors/kafka/open.js',
        from: `restored, kept && shape);
`,
        to: `restored, kept && shape);
${fence}`,
      },
    ],
    faults: ['network slow', 'member added', 'member removed'],
  },
  'store-before-commit': {
    what: 'the store on disk is written before the transaction commits, and not after it',
    patches: [
      {
        file: 'connectors/kafka/writer.js',
        from: `            step = appending.next();
        }
        await this.transactions.commit(position);
`,
        to: `            step = appending.next();
        }
        await this.state?.committed(position.time.watermark);
        await this.transactions.commit(position);
`,
      },
      {
        file: 'connectors/kafka/writer.js',
        from: 'await this.state.committed(position.time.watermark, offset === undefined ? undefined : { offset, at });',
        to: 'await this.state.store.put([], offset === undefined ? undefined : { offset, at });',
      },
    ],
    faults: ['member killed', 'leader broker killed', 'network cut'],
  },
  assigner: {
    what: 'each source topic is dealt by itself: the same partition number of two topics goes to two members',
    patches: [
      {
        file: 'connectors/kafka/membership.js',
        from: `Object.fromEntries(topics.map(topic => [topic, lanes.get(memberId) ?? []]))`,
        to: `Object.fromEntries(topics.map((topic, index) => [topic, (lanes.get(memberId) ?? []).map(lane => (lane + index) % laneCount)]))`,
      },
    ],
    faults: ['member added', 'member removed', 'member killed'],
  },
} as const satisfies Readonly<Record<string, Bug>>;

export type BugName = keyof typeof bugs;
export const bugNames = Object.keys(bugs) as BugName[];

/** @returns `main.js` of the copy. @throws Error when the program is not as the bug expects it. */
export const programWith = (name: BugName): string => {
  const root = packageRoot();
  const directory = join(root, '.cache/chaos/bugs', name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const part of ['commands', 'connectors', 'pipeline', 'schemas', 'dev', 'package.json'])
    cpSync(join(root, 'dist', part), join(directory, part), { recursive: true });
  cpSync(join(root, 'schemas'), join(directory, 'schemas'), { recursive: true });
  for (const { file, from, to } of bugs[name].patches) {
    const path = join(directory, file);
    writeFileSync(path, patched(readFileSync(path, 'utf8'), from, to, `${file} for bug ${name}`));
  }
  return join(directory, 'commands/main.js');
};

/** @throws Error unless the text is there exactly once. */
export const patched = (text: string, from: string, to: string, what: string): string => {
  const parts = text.split(from);
  if (parts.length !== 2)
    throw new Error(
      `Cannot change ${what} as its text is there ${parts.length - 1} times, and not once: put the bug anew (test/chaos/bugs.ts)`,
    );
  return parts.join(to);
};
