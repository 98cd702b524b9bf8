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
import { openCluster } from './client';
import type { OutputEncoding, OutputTopics } from './encoding';
import { KafkaLane, PositionLost } from './lane';
import type { Limiter } from './limiter';
import { joinGroup, type Membership } from './membership';
import { committedOffsets, decodeMetadata, edgeOffset } from './offsets';
import type { GroupSettings, LaneSettings } from './settings';
import { isFatal, LaneTransactions } from './transaction';
import { type Cluster, isFenced } from './wire';
import { KafkaWriter } from './writer';

export interface LanesSettings {
  readonly group: GroupSettings;
  readonly lane: LaneSettings;
  readonly topics: OutputTopics;
  /** Number of partitions: of every source topic, and of the outputs. */
  readonly partitions: { readonly sources: number; readonly events: number; readonly failures: number };
  /** A lane that failed begins anew after the first delay, doubled each time. */
  readonly restartDelayMs: number;
  readonly restartDelayMaxMs: number;
  /** A lane that fails this often without a write in between ends the process. */
  readonly restartsMax: number;
}

export interface LanesPorts {
  readonly kafka: Kafka;
  /** A lane encodes into buffers of its own. */
  readonly encoding: () => OutputEncoding;
  readonly limiter: Limiter;
  /** The pipeline over one lane. */
  readonly life: (lane: KafkaLane, write: Ports['write']) => Observable<Written>;
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
  /** Ends every lane after the batch in hand and leaves the group. */
  drain(): Promise<void>;
}

interface Life {
  revoked: boolean;
  lane: KafkaLane | undefined;
  readonly done: Promise<void>;
}

export const runLanes = async (ports: LanesPorts, settings: LanesSettings): Promise<RunningLanes> => {
  const lives = new Map<number, Life>();
  let draining = false;
  let end: (error?: unknown) => void = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    end = error => (error === undefined ? resolve() : reject(error));
  });
  // Nobody may be waiting yet; who calls `ended` later still gets the rejection.
  ended.catch(() => {});

  const stop = (life: Life) => {
    life.revoked = true;
    life.lane?.stop();
  };

  const begin = (id: number) => {
    const previous = lives.get(id)?.done;
    const life: Life = { revoked: false, lane: undefined, done: Promise.resolve() };
    // A lane that comes back while its last life still drains waits for it: never two of one lane in one process.
    const done = (async () => {
      await previous;
      if (!life.revoked) await live(id, life);
      if (lives.get(id) === life) lives.delete(id);
    })();
    lives.set(id, Object.assign(life, { done }));
    done.catch(end);
  };

  const live = async (id: number, life: Life) => {
    let restarts = 0;
    while (!life.revoked) {
      try {
        await oneLife(id, life, () => {
          restarts = 0;
        });
        return;
      } catch (error) {
        if (life.revoked) return; // what a revoked lane could not finish is its new owner's
        if (error instanceof HaltLimitReached || error instanceof PositionLost || isFatal(error)) throw error;
        restarts += 1;
        const fenced = isFenced(error);
        if (!fenced && restarts > settings.restartsMax)
          throw new Error(`Cannot keep lane ${id} running as it failed ${restarts} times in a row: ${String(error)}`, {
            cause: error,
          });
        ports.log.warn({ lane: id, restarts, err: error }, fenced ? 'lane fenced' : 'lane failed, begins anew');
        // After a fence another owner may be the right one: only who is confirmed by the group fences again.
        if (fenced && !(await (await membership).confirmed(id))) return;
        await wait(Math.min(settings.restartDelayMs * 2 ** (restarts - 1), settings.restartDelayMaxMs));
      }
    }
  };

  const oneLife = async (id: number, life: Life, progressed: () => void) => {
    const cluster = await openCluster(ports.kafka);
    try {
      const { sources, group } = settings.lane;
      await cluster.addMultipleTargetTopics([...sources, settings.topics.events, settings.topics.failures]);
      const transactions = new LaneTransactions(cluster, {
        transactionalId: `${group}-${id}`,
        group,
        partition: id,
        timeoutMs: settings.lane.transactionTimeoutMs,
        compression: settings.lane.compression,
      });
      // Fence before reading: a zombie could still commit between our read and our first transaction.
      await transactions.fence();
      const start = await startPosition(cluster, settings.lane, id);
      const lane = new KafkaLane(id, start, cluster, settings.lane);
      const writer = new KafkaWriter(id, start, transactions, ports.encoding(), ports.limiter, {
        topics: settings.topics,
        partitions: settings.partitions,
        recordBytesMax: settings.lane.recordBytesMax,
      });
      life.lane = lane;
      if (life.revoked) return;
      ports.log.debug(
        { lane: id, offsets: Object.fromEntries([...start.offsets].map(([t, o]) => [t, String(o)])) },
        'lane begins',
      );
      await new Promise<void>((resolve, reject) => {
        ports.life(lane, writer.write).subscribe({
          next: written => {
            if (written.records > 0) progressed();
            ports.written(written);
          },
          error: reject,
          complete: resolve,
        });
      });
    } finally {
      life.lane?.stop();
      life.lane = undefined;
      await cluster.disconnect().catch(error => ports.log.debug({ lane: id, err: error }, 'lane disconnected badly'));
    }
  };

  const topics = settings.lane.sources;
  const membership: Promise<Membership> = joinGroup(ports.kafka, settings.group, topics, settings.partitions.sources, {
    assigned(ids) {
      if (draining) return;
      const wanted = new Set(ids);
      for (const [id, life] of lives) if (!wanted.has(id)) stop(life);
      for (const id of ids) {
        const life = lives.get(id);
        if (!life || life.revoked) begin(id);
      }
      ports.log.info({ lanes: ids }, 'lanes assigned');
    },
    lost: error => end(new Error(`Cannot stay in group ${settings.group.group}: ${error.message}`, { cause: error })),
  });
  await membership;

  return {
    ended,
    held: () => [...lives].filter(([, life]) => !life.revoked).map(([id]) => id),
    async drain() {
      draining = true;
      for (const life of lives.values()) stop(life);
      await Promise.allSettled([...lives.values()].map(({ done }) => done));
      await (await membership).leave();
      end();
    },
  };
};

/** Committed offsets where there are any, else the beginning or the end, as the settings say. */
const startPosition = async (cluster: Cluster, settings: LaneSettings, lane: number): Promise<Position> => {
  const committed = await committedOffsets(cluster, settings.group, settings.sources, lane);
  const offsets = new Map<string, bigint>();
  let failuresInARow = 0;
  for (const topic of settings.sources) {
    const { offset, metadata } = committed.get(topic) ?? { offset: -1n, metadata: '' };
    const first = offset < 0n || settings.acceptReset ? await edgeOffset(cluster, topic, lane, 'earliest') : 0n;
    if (offset >= 0n) {
      offsets.set(topic, offset < first ? first : offset);
      failuresInARow = Math.max(failuresInARow, decodeMetadata(metadata).failuresInARow);
    } else {
      offsets.set(topic, settings.startFrom === 'earliest' ? first : await edgeOffset(cluster, topic, lane, 'end'));
    }
  }
  return { offsets, failuresInARow };
};
