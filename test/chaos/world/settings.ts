/** The settings of a member under chaos: what is missed is missed soon, and nobody gives up early. */

import { group, sources, topics } from '../topics';
import type { Network } from './network';

export const sessionTimeoutMs = 6_000;

export const memberSettings = (network: Network | undefined, brokers: readonly string[], registryUrl: string) => ({
  'kafka.brokers': (network?.toBrokers.map(({ port }) => `127.0.0.1:${port}`) ?? brokers).join(','),
  'registry.url': network ? registryUrl.replace(/:\d+/, `:${network.toRegistry.port}`) : registryUrl,
  'kafka.group': group,
  'kafka.session_timeout_ms': String(sessionTimeoutMs),
  'kafka.heartbeat_interval_ms': '1000',
  'kafka.rebalance_timeout_ms': '8000',
  'kafka.connection_timeout_ms': '2000',
  'kafka.request_timeout_ms': '5000',
  'kafka.fetch_wait_max_ms': '250',
  'kafka.batch_records_max': '500',
  'kafka.transaction_timeout_ms': '10000',
  // So little that a transaction that catches up is sent in parts, while other lanes write.
  'kafka.record_bytes_max': '24576',
  'ledger.facts_per_order_max': '50',
  'kafka.compression': 'lz4',
  'topics.sources': sources.join(','),
  'topics.events': topics.events,
  'topics.failures': topics.failures,
  'topics.summaries': topics.summaries,
  'registry.timeout_ms': '2000',
  'window.kind': 'session',
  'window.gap_ms': '500',
  'window.grace_ms': '1000',
  // Longer than the producer waits for a leader: else a topic is left out meanwhile, and what it then says is late, and so in any order.
  'window.idle_timeout_ms': '15000',
  // Longer than any outage: a deduction never goes out alone.
  'ledger.orphan_wait_ms': '43200000',
  'summary.size_ms': '10000',
  'summary.hop_ms': '10000',
  'state.store': 'level',
  'retry.first_delay_ms': '100',
  'retry.delay_max_ms': '1000',
  'retry.attempts_max': '300',
  'log.format': 'json',
});
