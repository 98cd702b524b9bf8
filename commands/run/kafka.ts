/** Settings → what the Kafka connector needs to know. */
import { readFileSync } from 'node:fs';
import type { LanesSettings } from '../../connectors/kafka/lanes';
import type { TopicsNeeded } from '../../connectors/kafka/preflight';
import type { KafkaConnection } from '../../connectors/kafka/settings';
import type { Settings } from '../settings/schema';

export const kafkaConnection = ({ kafka }: Settings): KafkaConnection => {
  const { tls, sasl } = kafka.security;
  return {
    brokers: kafka.brokers,
    clientId: kafka.client_id,
    connectionTimeoutMs: kafka.connection_timeout_ms,
    requestTimeoutMs: kafka.request_timeout_ms,
    ...(tls.enabled && {
      tls: {
        rejectUnauthorized: tls.reject_unauthorized,
        ...(tls.ca_file && { ca: readFileSync(tls.ca_file, 'utf8') }),
        ...(tls.cert_file && { cert: readFileSync(tls.cert_file, 'utf8') }),
        ...(tls.key_file && { key: readFileSync(tls.key_file, 'utf8') }),
        ...(tls.key_passphrase && { passphrase: tls.key_passphrase }),
        ...(tls.server_name && { serverName: tls.server_name }),
      },
    }),
    ...(sasl.mechanism && {
      sasl: { mechanism: sasl.mechanism, username: sasl.username ?? '', password: sasl.password ?? '' },
    }),
  };
};

/** Topics that must exist, with the setting that names each. */
export const topicsNeeded = ({ topics }: Settings): TopicsNeeded => ({
  sources: new Map([
    ...topics.sources.map(topic => [topic, 'topics.sources'] as const),
    [topics.inbox, 'topics.inbox'],
  ]),
  outputs: new Map([
    [topics.events, 'topics.events'],
    [topics.failures, 'topics.failures'],
  ]),
});

/** @param partitions By topic, as the cluster says. @param acceptReset `--accept-reset`. */
export const lanesSettings = (
  settings: Settings,
  partitions: ReadonlyMap<string, number>,
  acceptReset: boolean,
): LanesSettings => {
  const { kafka, topics, retry } = settings;
  const count = (topic: string) => partitions.get(topic) ?? 0;
  return {
    group: {
      group: kafka.group,
      sessionTimeoutMs: kafka.session_timeout_ms,
      heartbeatIntervalMs: kafka.heartbeat_interval_ms,
      rebalanceTimeoutMs: kafka.rebalance_timeout_ms,
    },
    lane: {
      group: kafka.group,
      sources: [...topics.sources, topics.inbox],
      inbox: topics.inbox,
      startFrom: settings.start.from,
      acceptReset,
      fetchBytesMax: kafka.fetch_bytes_max,
      fetchWaitMaxMs: kafka.fetch_wait_max_ms,
      batchRecordsMax: kafka.batch_records_max,
      transactionTimeoutMs: kafka.transaction_timeout_ms,
      recordBytesMax: kafka.record_bytes_max,
      compression: kafka.compression,
    },
    topics: { events: topics.events, failures: topics.failures },
    partitions: { sources: count(topics.inbox), events: count(topics.events), failures: count(topics.failures) },
    restartDelayMs: retry.first_delay_ms,
    restartDelayMaxMs: retry.delay_max_ms,
    restartsMax: retry.attempts_max,
  };
};
