/** A restore that takes many fetches tells how far it is, and ends when its lane is taken away: what it had read stays. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom } from 'rxjs';
import type { RestoreProgress } from '../../../connectors/kafka/restore';
import { levelStore } from '../../../connectors/state/level/store';
import { unremembered } from '../../../pipeline/settlement';
import type { OrderState } from '../../../schemas/types';
import type { OpenedLane } from '../../contract/lanes';
import { connect, kafkaSubject } from './subject';

const directory = mkdtempSync(join(tmpdir(), 'restore-'));
afterAll(() => rmSync(directory, { recursive: true }));

const orders = 30_000;
const order = (newest: number): OrderState => ({ newest, ledger: null, waiting: [], windows: [] });

const write = async ({ lane, write: commit }: OpenedLane, changes: [string, OrderState][]) => {
  const batch = await firstValueFrom(lane.pull());
  await firstValueFrom(commit({ ...unremembered({ ...batch, outcomes: [] }), changes: new Map(changes) }));
};

test('told, ended by the signal, gone on with', async () => {
  let machine = 'one';
  const progress: RestoreProgress[] = [];
  let ending: AbortController | undefined;
  const told = () => {};
  const subject = await kafkaSubject(
    connect(),
    lane =>
      levelStore({
        path: join(directory, machine, String(lane)),
        changelog: 'c',
        cacheBytesMax: 65_536,
        now: Date.now,
        told,
      }),
    {
      restoring: (_, step) => {
        progress.push(step);
        ending?.abort();
      },
      signal: () => ending?.signal,
    },
  );
  const first = await subject.open(0);
  const id = (index: number) => `an order id of some length ${index}`;
  for (let at = 0; at < orders; at += 10_000)
    await write(
      first,
      Array.from({ length: 10_000 }, (_, index) => [id(at + index), order(at + index)]),
    );
  await first.close();

  machine = 'two';
  ending = new AbortController();
  await expect(subject.open(0)).rejects.toThrow(/aborted/i);
  expect(progress).toHaveLength(1);
  expect(progress[0]?.read).toBeLessThan(progress[0]?.all ?? 0);

  const [before] = progress.splice(0);
  ending = undefined;
  const again = await subject.open(0);
  // From the last position that it had read on.
  expect(progress[0]?.all).toBeLessThan(before?.all ?? 0);
  expect(progress.at(-1)).toMatchObject({ read: progress[0]?.all });
  const some = [id(0), id(orders / 2), id(orders - 1)];
  const kept = await firstValueFrom(again.states.load(some));
  expect(some.map(one => kept.get(one)?.newest)).toEqual([0, orders / 2, orders - 1]);
  await again.close();
});
