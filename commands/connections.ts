/** Settings → what the connectors and the core take: the only place that knows both sides' names. */
import { readFileSync } from 'node:fs';
import type { GroupSettings, KafkaConnection, LaneSettings } from '../connectors/kafka/settings';
import type { LogSettings } from '../connectors/log';
import type { RegistryConnection } from '../connectors/registry/http';
import type { BodySettings } from '../pipeline/order/body';
import type { OrderSettings } from '../pipeline/order/settings';
import type { Settings } from './settings/schema';

/** Reads the certificates' files: loading has checked that they can be read. */
export const kafkaConnectionOf = ({ kafka }: Settings): KafkaConnection => {
  const { tls, sasl } = kafka.security;
  return {
    brokers: kafka.brokers,
    clientId: kafka.client_id,
    connectionTimeoutMs: kafka.connection_timeout_ms,
    requestTimeoutMs: kafka.request_timeout_ms,
    ...(tls.enabled && {
      tls: { ...pemOf(tls), ...(tls.server_name !== null && { serverName: tls.server_name }) },
    }),
    ...(sasl.mechanism !== null && {
      sasl: { mechanism: sasl.mechanism, username: sasl.username ?? '', password: sasl.password ?? '' },
    }),
  };
};

/** PEM texts for TLS to the registry or to the brokers. */
export const pemOf = (tls: Settings['registry']['tls']) => ({
  ...(tls.ca_file !== null && { ca: readFileSync(tls.ca_file, 'utf8') }),
  ...(tls.cert_file !== null && { cert: readFileSync(tls.cert_file, 'utf8') }),
  ...(tls.key_file !== null && { key: readFileSync(tls.key_file, 'utf8') }),
  ...(tls.key_passphrase !== null && { passphrase: tls.key_passphrase }),
  rejectUnauthorized: tls.reject_unauthorized,
});

export const groupSettingsOf = ({ kafka }: Settings): GroupSettings => ({
  group: kafka.group,
  sessionTimeoutMs: kafka.session_timeout_ms,
  heartbeatIntervalMs: kafka.heartbeat_interval_ms,
  rebalanceTimeoutMs: kafka.rebalance_timeout_ms,
});

export const laneSettingsOf = ({ kafka, topics, start }: Settings, acceptReset = false): LaneSettings => ({
  group: kafka.group,
  sources: [...topics.sources, topics.inbox],
  inbox: topics.inbox,
  repartitioned: topics.repartitioned,
  startFrom: start.from,
  acceptReset,
  fetchBytesMax: kafka.fetch_bytes_max,
  fetchWaitMaxMs: kafka.fetch_wait_max_ms,
  batchRecordsMax: kafka.batch_records_max,
  transactionTimeoutMs: kafka.transaction_timeout_ms,
  recordBytesMax: kafka.record_bytes_max,
  compression: kafka.compression,
});

export const orderSettingsOf = ({ event, event_time }: Settings): OrderSettings => ({
  eventTimeMinMs: Date.parse(event_time.min),
  eventTimeFutureMaxMs: event_time.future_max_ms,
  currencyField: event.currency_field,
});

export const bodySettingsOf = ({ event }: Settings): BodySettings => ({
  dataSourceType: event.data_source_type,
  dataSource: event.data_source,
});

/** Readable lines for people, objects for programs. */
export const logSettingsOf = ({ log }: Settings): LogSettings => ({
  level: log.level,
  format: log.format ?? (process.stderr.isTTY ? 'pretty' : 'json'),
});

export const registryConnectionOf = ({ registry }: Settings): RegistryConnection => ({
  url: registry.url,
  username: registry.username,
  password: registry.password,
  timeoutMs: registry.timeout_ms,
  tls: pemOf(registry.tls),
});
