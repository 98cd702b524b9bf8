/** At most so many turns a second in this process: a brake on transactions that lets batches grow. */
import { setTimeout as wait } from 'node:timers/promises';

export interface Limiter {
  /** Resolves when it is the caller's turn; turns are given in the order asked for. */
  turn(): Promise<void>;
}

/** @param perSecond Infinity: no limit. */
export const limiter = (perSecond: number): Limiter => {
  const spacingMs = 1_000 / perSecond;
  let next = 0;
  return {
    async turn() {
      const now = performance.now();
      const mine = Math.max(now, next);
      next = mine + spacingMs;
      if (mine > now) await wait(mine - now);
    },
  };
};
