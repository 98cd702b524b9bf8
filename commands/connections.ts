/** Settings → what the connectors and the core take: the only place that knows both sides' names. */
import { readFileSync } from 'node:fs';
import type { GroupSettings, KafkaConnection, LaneSettings } from '../connectors/kafka/settings';
import type { LogSettings } from '../connectors/log';
import type { RegistryConnection } from '../connectors/registry/http';
import type { SubjectTopics } from '../connectors/registry/subjects';
import type { BodySettings } from '../pipeline/order/body';
import type { Mappings } from '../pipeline/order/mapping';
import type { MemorySettings } from '../pipeline/order/memory';
import type { LaneCheck } from '../pipeline/order/partition';
import type { OrderSettings } from '../pipeline/order/settings';
import { usualDelayMs } from '../pipeline/order/window';
import type { PipelineSettings } from '../pipeline/pipeline';
import type { SummarySettings } from '../pipeline/summary/summary';
import type { Settings } from './settings/schema';
import { thirdOfState } from './settings/state-room';

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

/** What to do where a lane's position cannot be trusted, this once. */
export interface Acceptance {
  readonly acceptReset: boolean;
  readonly restorePosition: boolean;
}

export const laneSettingsOf = (
  { kafka, topics, start, window }: Settings,
  { acceptReset, restorePosition }: Acceptance,
): LaneSettings => ({
  group: kafka.group,
  sources: [...topics.sources, topics.inbox],
  inbox: topics.inbox,
  repartitioned: topics.repartitioned,
  startFrom: start.from,
  acceptReset,
  restorePosition,
  fetchBytesMax: kafka.fetch_bytes_max,
  fetchWaitMaxMs: kafka.fetch_wait_max_ms,
  batchRecordsMax: kafka.batch_records_max,
  idleTimeoutMs: window.idle_timeout_ms,
  transactionTimeoutMs: kafka.transaction_timeout_ms,
  recordBytesMax: kafka.record_bytes_max,
  compression: kafka.compression,
});

/** Null where nothing is remembered. @param timeTopics Topics whose facts move time. */
export const memorySettingsOf = (
  { window, ledger, state, kafka }: Settings,
  timeTopics: readonly string[],
): MemorySettings | null =>
  state.store === 'none'
    ? null
    : {
        timeTopics,
        window: {
          kind: window.kind,
          gapMs: window.gap_ms,
          sizeMs: window.size_ms,
          graceMs: window.grace_ms,
          late: window.late,
          merge: window.merge,
          heldFactsMax: window.held_facts_max,
          heldBytesPerOrderMax: Math.min(window.held_bytes_per_order_max, thirdOfState(kafka, ledger)),
        },
        ledger: {
          orphanWaitMs: ledger.orphan_wait_ms,
          latePurchase: ledger.late_purchase,
          overDeduction: ledger.over_deduction,
          changedPurchase: ledger.changed_purchase,
          factsPerOrderMax: ledger.facts_per_order_max,
          bytesPerOrderMax: Math.min(ledger.bytes_per_order_max, thirdOfState(kafka, ledger)),
          retentionMs: state.retention_ms,
        },
      };

export const summarySettingsOf = ({ summary, window }: Settings): SummarySettings => ({
  sizeMs: summary.size_ms,
  hopMs: summary.hop_ms,
  delayMs: usualDelayMs({ kind: window.kind, gapMs: window.gap_ms, sizeMs: window.size_ms }),
});

/** @param mappings Of foreign schemas. @param timeTopics Topics whose facts move time; by default the sources. */
export const pipelineSettingsOf = (
  settings: Settings,
  mappings: Mappings,
  timeTopics: readonly string[] = settings.topics.sources,
): Omit<PipelineSettings, 'laneCheck'> => ({
  mappings,
  order: orderSettingsOf(settings),
  failuresInARowMax: settings.failures.in_a_row_max,
  memory: memorySettingsOf(settings, timeTopics),
  summary: summarySettingsOf(settings),
});

/** With several source topics, all facts of an order must meet in one lane. */
export const laneCheckOf = ({ topics }: Settings, partitions: number): LaneCheck | null =>
  topics.sources.length > 1 || topics.partition_check === 'always' ? { partitions } : null;

/** What shapes the state: another of it, and what was kept would be read wrongly. */
export const stateShapeOf = ({ window, summary }: Settings): string =>
  [
    window.kind === 'session'
      ? `session ${window.gap_ms}`
      : window.kind === 'tumbling'
        ? `tumbling ${window.size_ms}`
        : 'none',
    `summary ${summary.size_ms}/${summary.hop_ms}`,
  ].join(', ');

export const subjectTopicsOf = ({ topics, state }: Settings): SubjectTopics => ({
  events: topics.events,
  failures: topics.failures,
  remembered: state.store === 'none' ? null : { summaries: topics.summaries, state: topics.state },
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
