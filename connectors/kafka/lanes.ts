/**
 * The lives of all lanes of this process: assigned → fence → read the position → pull, step, write … → drained. A lane kept
 * over a rebalance just goes on. An error ends a life: nothing of its batch is committed, and after a backoff the lane
 * begins anew at the fence; past a bound the process ends.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import type { Observable } from 'rxjs';
import type { Position } from '../../pipeline/batch';
import { HaltLimitReached } from '../../pipeline/halt';
import type { Ports, Written } from '../../pipeline/ports';
import { StateDenied } from '../state/level/reason';
import { PositionLost } from './fetching';
import type { KafkaLane } from './lane';
import { joinGroup, type Membership } from './membership';
import { type OpenLanePorts, type OpenLaneSettings, openLane } from './open';
import { PreflightError } from './preflight';
import type { GroupSettings } from './settings';
import { PositionUnsure, StateChanged } from './start';
import { isFatal, isFenced } from './wire';

export interface LanesSettings extends OpenLaneSettings, RestartSettings {
  readonly group: GroupSettings;
}

export interface RestartSettings {
  /** A lane that failed begins anew after the first delay, doubled each time. */
  readonly restartDelayMs: number;
  readonly restartDelayMaxMs: number;
  /** A lane that fails this often without a write in between ends the process. */
  readonly restartsMax: number;
}

export interface LanesPorts extends OpenLanePorts {
  /** The pipeline over one lane. */
  readonly life: (lane: KafkaLane, ports: Omit<Ports, 'decode'>) => Observable<Written>;
  readonly written: (written: Written) => void;
  readonly log: LaneLog;
}

export interface LaneLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}

export interface RunningLanes {
  /** Rejects with the reason when the process must end; resolves after `drain`. */
  readonly ended: Promise<void>;
  readonly held: () => readonly number[];
  /** Every lane reads what there is to its end, lets go what waits, and ends: as a bounded run does. Resolves when all have. */
  finish(): Promise<void>;
  /** Ends every lane after the batch in hand and leaves the group. */
  drain(): Promise<void>;
}

/** What a life is made of, whatever its lane writes. */
export interface LivesPorts<O extends OpenedLane, W extends { readonly records: number }> {
  readonly kafka: Kafka;
  /** From its return on, every older owner of the lane is refused. */
  readonly open: (id: number, signal: AbortSignal) => Promise<O>;
  readonly life: (open: O) => Observable<W>;
  readonly written: (written: W) => void;
  readonly log: LaneLog;
}

export interface OpenedLane {
  readonly lane: { readonly start: Position; stop(): void; finish(): void };
  close(): Promise<void>;
}

export interface LivesSettings extends RestartSettings {
  readonly group: GroupSettings;
  /** All with `laneCount` partitions. */
  readonly topics: readonly string[];
  readonly laneCount: number;
}

interface Life {
  /** Aborted when the lane is revoked, or the process drains. */
  readonly ending: AbortController;
  lane: OpenedLane['lane'] | undefined;
  readonly done: Promise<void>;
}

/** Beginning anew would end the same way: somebody must look. */
const isFinal = (error: unknown): boolean =>
  error instanceof HaltLimitReached ||
  error instanceof PositionLost ||
  error instanceof PositionUnsure ||
  error instanceof StateChanged ||
  error instanceof StateDenied ||
  error instanceof PreflightError ||
  isFatal(error);

/** A life that lasted so long was a good one, also when nothing came that it could write. */
const goodLifeMs = 300_000;

export const runLanes = (ports: LanesPorts, settings: LanesSettings): Promise<RunningLanes> =>
  runLives(
    {
      ...ports,
      open: (id, signal) => openLane(ports, settings, id, signal),
      life: open => ports.life(open.lane, open),
    },
    { ...settings, topics: settings.lane.sources, laneCount: settings.partitions.sources },
  );

/** As `runLanes`, for lanes that are opened in another way. */
export const runLives = async <O extends OpenedLane, W extends { readonly records: number }>(
  ports: LivesPorts<O, W>,
  settings: LivesSettings,
): Promise<RunningLanes> => {
  const lives = new Map<number, Life>();
  let draining = false;
  let finishing = false;
  let end: (error?: unknown) => void = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    end = error => (error === undefined ? resolve() : reject(error));
  });
  // Nobody may be waiting yet; who calls `ended` later still gets the rejection.
  ended.catch(() => {});

  const stop = (life: Life) => {
    life.ending.abort();
    life.lane?.stop();
  };

  const begin = (id: number) => {
    const previous = lives.get(id)?.done;
    const life: Life = { ending: new AbortController(), lane: undefined, done: Promise.resolve() };
    // A lane that comes back while its last life still drains waits for it: never two of one lane in one process.
    const done = (async () => {
      await previous;
      await live(id, life);
      if (lives.get(id) === life) lives.delete(id);
    })();
    lives.set(id, Object.assign(life, { done }));
    done.catch(end);
  };

  const live = async (id: number, life: Life) => {
    const { signal } = life.ending;
    let restarts = 0;
    while (!signal.aborted) {
      const began = performance.now();
      try {
        await oneLife(id, life, () => {
          restarts = 0;
        });
        return;
      } catch (error) {
        if (signal.aborted) return; // what a revoked lane could not finish is its new owner's
        if (isFinal(error)) throw error;
        if (performance.now() - began > goodLifeMs) restarts = 0;
        restarts += 1;
        const fenced = isFenced(error);
        if (restarts > settings.restartsMax)
          throw new Error(`Cannot keep lane ${id} running as it failed ${restarts} times in a row: ${String(error)}`, {
            cause: error,
          });
        const delayMs = Math.min(settings.restartDelayMs * 2 ** (restarts - 1), settings.restartDelayMaxMs);
        const fields = { lane: id, restarts, delayMs, reason: String(error) };
        ports.log.warn(fields, fenced ? 'lane fenced' : 'lane failed, begins anew');
        ports.log.debug({ lane: id, err: error }, 'why the lane failed');
        // After a fence another owner may be the right one: only who is confirmed by the group fences again.
        if (fenced && !(await (await membership).confirmed(id, signal))) return;
        await wait(delayMs, undefined, { signal }).catch(() => {}); // revoked: the loop ends
      }
    }
  };

  const oneLife = async (id: number, life: Life, progressed: () => void) => {
    const open = await ports.open(id, life.ending.signal);
    try {
      life.lane = open.lane;
      if (life.ending.signal.aborted) return;
      if (finishing) open.lane.finish();
      ports.log.debug({ lane: id, offsets: offsetsText(open.lane.start) }, 'lane begins');
      await new Promise<void>((resolve, reject) => {
        ports.life(open).subscribe({
          next: written => {
            if (written.records > 0) progressed();
            ports.written(written);
          },
          error: reject,
          complete: resolve,
        });
      });
    } finally {
      life.lane = undefined;
      await open.close().catch(error => ports.log.debug({ lane: id, err: error }, 'lane disconnected badly'));
    }
  };

  const { group, topics, laneCount } = settings;
  const membership: Promise<Membership> = joinGroup(ports.kafka, group, topics, laneCount, {
    assigned(ids) {
      if (draining) return;
      const wanted = new Set(ids);
      for (const [id, life] of lives) if (!wanted.has(id)) stop(life);
      for (const id of ids) {
        const life = lives.get(id);
        if (!life || life.ending.signal.aborted) begin(id);
      }
      ports.log.info({ lanes: ids }, 'lanes assigned');
    },
    lost: error => end(new Error(`Cannot stay in group ${group.group}: ${error.message}`, { cause: error })),
  });
  await membership;

  return {
    ended,
    held: () => [...lives].filter(([, life]) => !life.ending.signal.aborted).map(([id]) => id),
    async finish() {
      finishing = true;
      for (const life of lives.values()) life.lane?.finish();
      // A rebalance meanwhile may bring others, which find out by themselves.
      while (lives.size > 0) await Promise.all([...lives.values()].map(({ done }) => done));
    },
    async drain() {
      draining = true;
      for (const life of lives.values()) stop(life);
      await Promise.allSettled([...lives.values()].map(({ done }) => done));
      try {
        await (await membership).leave();
      } finally {
        end();
      }
    },
  };
};

const offsetsText = ({ offsets }: Position) =>
  Object.fromEntries([...offsets].map(([topic, offset]) => [topic, String(offset)]));
