/** Tells how far the restores of lanes are: a gauge at all times, and a line every few seconds of one that takes long. */
import type { RestoreProgress } from '../../connectors/kafka/restore';
import type { Logger } from '../../connectors/log';
import type { Metrics } from '../../connectors/metrics';

const everyMs = 5_000;

interface Restoring {
  readonly began: number;
  saidAt: number;
  said: boolean;
}

/** @param now A monotonous clock, ms. */
export const restoreTeller = (
  log: Pick<Logger, 'info'>,
  metrics: Metrics,
  now: () => number = () => performance.now(),
): ((lane: number, progress: RestoreProgress) => void) => {
  const lanes = new Map<number, Restoring>();
  return (lane, { records, read, all }) => {
    const time = now();
    const restoring = lanes.get(lane) ?? { began: time, saidAt: time, said: false };
    lanes.set(lane, restoring);
    metrics.gauge('restore_left', { lane }, all - read);
    if (read >= all) {
      lanes.delete(lane);
      if (restoring.said)
        log.info({ lane, records, seconds: Math.round((time - restoring.began) / 1_000) }, 'restored');
    } else if (time - restoring.saidAt >= everyMs) {
      restoring.saidAt = time;
      restoring.said = true;
      const percent = Math.floor((100 * read) / all);
      log.info({ lane, records, percent }, `restoring: ${counts(read)} of ${counts(all)} offsets of the changelog`);
    }
  };
};

const counts = (count: number) => count.toLocaleString('en-US');
