/** Small, bounded retries for answers that mean "in a moment": kafkajs' own wait 300 ms at the least. */
import { setTimeout as wait } from 'node:timers/promises';
import { errorType } from './wire';

export interface Retry {
  readonly types: ReadonlySet<string>;
  readonly firstDelayMs: number;
  readonly delayMaxMs: number;
  readonly totalMaxMs: number;
  /** Also where no answer came: only what may be said twice. */
  readonly unanswered?: boolean;
}

/** A coordinator that is loading, electing or still writing markers. */
export const coordinatorBusy: Retry = {
  types: new Set([
    'CONCURRENT_TRANSACTIONS',
    'GROUP_LOAD_IN_PROGRESS',
    'GROUP_COORDINATOR_NOT_AVAILABLE',
    'NOT_COORDINATOR_FOR_GROUP',
  ]),
  firstDelayMs: 1,
  delayMaxMs: 100,
  totalMaxMs: 15_000,
};

/** Partition leaders move, and one of a new topic is not there at once: look again, and repeat. */
export const leaderMoved: Retry = {
  types: new Set([
    'NOT_LEADER_FOR_PARTITION',
    'LEADER_NOT_AVAILABLE',
    'UNKNOWN_TOPIC_OR_PARTITION',
    'NOT_ENOUGH_REPLICAS',
  ]),
  firstDelayMs: 20,
  delayMaxMs: 500,
  totalMaxMs: 10_000,
};

/**
 * Calls `act` until it answers with something else than one of the retry's error types, or its time is over.
 * `again` runs before each repetition, to forget what may be stale; its type is undefined where no answer came.
 */
export const retrying = async <T>(
  retry: Retry,
  act: () => Promise<T>,
  again?: (type: string | undefined) => Promise<void> | void,
): Promise<T> => {
  const end = performance.now() + retry.totalMaxMs;
  for (let delay = retry.firstDelayMs; ; delay = Math.min(delay * 1.5, retry.delayMaxMs)) {
    try {
      return await act();
    } catch (error) {
      const type = errorType(error);
      const isOfThem = type === undefined ? retry.unanswered === true : retry.types.has(type);
      if (!isOfThem || performance.now() + delay > end) throw error;
      await wait(delay);
      await again?.(type);
    }
  }
};

/** @throws Error where no answer came in time; what comes later is nobody's. */
export const within = async <T>(ms: number, answer: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Cannot wait for it any longer as no answer came within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
};
