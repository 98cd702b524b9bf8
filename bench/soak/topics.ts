/**
 * Topics whose bytes are bounded, and a broker that keeps to it soon: what a run leaves on disk must settle within minutes, where
 * defaults would look after hours.
 */
import type { Part } from '../scene';

const mb = 2 ** 20;

export const boundedConfigs = (part: Part): Record<string, string> =>
  part === 'state'
    ? {
        'cleanup.policy': 'compact',
        'segment.bytes': String(32 * mb),
        'min.cleanable.dirty.ratio': '0.3',
        // Tombstones go with the next round.
        'delete.retention.ms': '60000',
      }
    : { 'cleanup.policy': 'delete', 'retention.bytes': String(96 * mb), 'segment.bytes': String(16 * mb) };

export const boundedBroker: Readonly<Record<string, string>> = {
  'log.retention.check.interval.ms': '10000',
  'log.segment.delete.delay.ms': '1000',
  'log.cleaner.backoff.ms': '5000',
  // Room for the keys of a lane of five million orders on four.
  'log.cleaner.dedupe.buffer.size': String(64 * mb),
  'offsets.topic.segment.bytes': String(8 * mb),
  'transaction.state.log.segment.bytes': String(8 * mb),
};
