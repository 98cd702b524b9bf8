/** A changelog in memory, and the store on disk that follows it as a lane's does. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Changes } from '../../../../connectors/state/changes';
import { levelStore } from '../../../../connectors/state/level/store';
import type { Place, StateStore } from '../../../../connectors/state/store';
import { changesOf } from '../../../contract/changes';

export interface Told {
  readonly reason: string;
  readonly aside: string;
}

type Written = readonly [orderId: string, state: string | undefined];

export class Scene {
  private readonly directory = mkdtempSync(join(tmpdir(), 'level-'));
  readonly path = join(this.directory, 'group', '0');
  readonly told: Told[] = [];
  /** Of each write: its changes, then the position. */
  private readonly changelog: (readonly Written[])[] = [];
  now = 1_767_225_600_000;

  open(changelog = 'topic[0] of group g in cluster c'): Promise<StateStore> {
    return levelStore({
      path: this.path,
      changelog,
      cacheBytesMax: 65_536,
      now: () => this.now,
      told: fields => this.told.push(fields as Told),
    });
  }

  /** As the writer does. */
  async write(store: StateStore, changes: readonly Written[]): Promise<void> {
    this.changelog.push(changes);
    await store.put(asChanges(changes), this.placeOf(this.changelog.length - 1));
  }

  private placeOf(offset: number): Place {
    return { offset, at: this.now };
  }

  /** As a lane does that begins: from the store's place on. */
  async restore(store: StateStore): Promise<void> {
    const place = await store.place();
    for (let offset = place?.offset ?? 0; offset < this.changelog.length; offset++)
      await store.put(asChanges(this.changelog[offset] ?? []), this.placeOf(offset));
  }

  /** What the store must hold. */
  content(): Map<string, string> {
    const content = new Map<string, string>();
    for (const [orderId, state] of this.changelog.flat())
      if (state === undefined) content.delete(orderId);
      else content.set(orderId, state);
    return content;
  }

  /** Of what it holds, where something waits. */
  waiting(): string[] {
    return [...this.content()].flatMap(([orderId, state]) => (waits(state) ? [orderId] : [])).sort();
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}

/** Of some states. */
const waits = (state: string) => state.length % 3 === 0;

const asChanges = (changes: readonly Written[]): Changes =>
  changesOf(
    changes.map(([orderId, state]) =>
      state === undefined ? [orderId, undefined, false] : [orderId, Buffer.from(state), waits(state)],
    ),
  );
