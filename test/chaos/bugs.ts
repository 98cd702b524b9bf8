// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the text of a program
/**
 * Deliberate bugs, one for each thing that exactly once stands on: the built program is copied and its text changed, so that there
 * is nothing in the program itself that knows of them. A text that is not there exactly once is an error: the program was
 * changed, and the bug must be put anew.
 */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
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
  /** A short run that hits the spot. */
  readonly run: {
    readonly kinds: readonly FaultKind[];
    readonly faults: number;
    readonly lanes: number;
  };
}

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
    run: { kinds: ['member frozen', 'network held', 'member frozen', 'network slow'], faults: 15, lanes: 8 },
  },
  'read-before-fence': {
    what: 'state and offsets are read before the fence, which comes with the first write',
    patches: [
      { file: 'connectors/kafka/open.js', from: 'await transactions.fence();', to: 'let fenced;' },
      // Who has no fence cannot ask whether somebody has fenced it.
      { file: 'connectors/kafka/open.js', from: 'await transactions.confirm();', to: ';' },
      {
        file: 'connectors/kafka/open.js',
        from: 'await writer.commitPosition(start);',
        to: 'await (fenced ??= transactions.fence()).then(() => writer.commitPosition(start));',
      },
      ...['stage', 'write'].map(act => ({
        file: 'connectors/kafka/open.js',
        from: `${act}: writer.${act},`,
        to: `${act}: settlement => {
                const { from, concatMap } = require('rxjs');
                return from((fenced ??= transactions.fence())).pipe(concatMap(() => writer.${act}(settlement)));
            },`,
      })),
    ],
    run: { kinds: ['heir frozen'], faults: 10, lanes: 24 },
  },
  'store-before-commit': {
    what: 'the store on disk is written before the transaction commits, and not after it',
    patches: [
      {
        file: 'connectors/kafka/writer.js',
        from: `        await this.turn();
        await this.transactions.commit(position);
`,
        to: `        await this.turn();
        await this.state?.committed(position.time.watermark);
        await this.transactions.commit(position);
`,
      },
      {
        file: 'connectors/kafka/writer.js',
        from: 'await this.state.committed(position.time.watermark, offset === undefined ? undefined : { offset, at });',
        to: 'await this.state.store.put({ each() {} }, offset === undefined ? undefined : { offset, at });',
      },
    ],
    run: { kinds: ['member killed', 'leader broker killed', 'network cut'], faults: 15, lanes: 8 },
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
    run: { kinds: ['member added', 'member removed', 'member killed'], faults: 15, lanes: 8 },
  },
  keys: {
    what: 'the lanes of a process make their records’ keys in one buffer, also while a record waits for the part before it to be sent',
    patches: [
      {
        file: 'connectors/kafka/writer.js',
        from: 'keyBytes = (0, key_1.keyBuffer)();',
        to: 'keyBytes = (globalThis.keyBytes ??= (0, key_1.keyBuffer)());',
      },
    ],
    run: { kinds: ['member killed', 'leader broker killed', 'network cut'], faults: 15, lanes: 8 },
  },
} as const satisfies Readonly<Record<string, Bug>>;

export type BugName = keyof typeof bugs;
export const bugNames = Object.keys(bugs) as BugName[];

/**
 * @param directory Where the copy goes; it is the caller's.
 * @returns `main.js` of the copy. @throws Error when the program is not as the bug expects it.
 */
export const programWith = (name: BugName, directory: string): string => {
  const root = packageRoot();
  for (const part of ['commands', 'connectors', 'pipeline', 'schemas', 'dev', 'package.json'])
    cpSync(join(root, 'dist', part), join(directory, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
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
