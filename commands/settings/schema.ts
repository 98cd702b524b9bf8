/** Every setting, once: name (ending in its unit), bounds, default, and a sentence. All else is made from this. */
import { z } from 'zod';
import {
  choice,
  choices,
  file,
  files,
  flag,
  groupPlaceholder,
  list,
  matching,
  optionalChoice,
  optionalText,
  secret,
  text,
  topic,
  whole,
} from './leaf';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const retentionMs = [minute, 3_650 * day] as const;

/** The client's side of TLS: the same for brokers and registry. */
const certificates = {
  ca_file: file('PEM file of the authorities to trust; null: the ones Node.js trusts.'),
  cert_file: file('PEM file of our own certificate, where the server asks for one.'),
  key_file: file('PEM file of the private key of our certificate.'),
  key_passphrase: secret('Opens the private key.'),
  key_passphrase_file: file('File that holds the passphrase.'),
  reject_unauthorized: flag(true, 'Refuse a server whose certificate does not check out; false is for trials only.'),
};

const kafka = z.strictObject({
  brokers: list(
    ['127.0.0.1:9092'],
    'Where to find the cluster; any of its brokers will do, several survive the loss of one.',
    'a list of host:port',
    /^(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/,
  ),
  client_id: text('odp-orders', 'How the brokers name us in their logs and quotas.'),
  group: matching(
    'odp-orders',
    /^[A-Za-z0-9._-]{1,200}$/,
    'a group id (letters, digits, ".", "_", "-", at most 200)',
    'Consumer group; processes of one group share the work. It also names inbox, state and transactional ids.',
  ),
  security: z.strictObject({
    tls: z.strictObject({
      enabled: flag(false, 'Talk TLS to the brokers.'),
      ...certificates,
      server_name: optionalText('Name to expect in the brokers’ certificate, where it is not the host we connect to.'),
    }),
    sasl: z.strictObject({
      mechanism: optionalChoice(['plain', 'scram-sha-256', 'scram-sha-512'], 'How to log in; null: not at all.'),
      username: optionalText('Who logs in.'),
      password: secret('The password of the user.'),
      password_file: file('File that holds the password.'),
    }),
  }),
  session_timeout_ms: whole(
    30_000,
    [1_000, 30 * minute],
    'ms',
    'A member that is silent for so long loses its lanes to the others.',
  ),
  heartbeat_interval_ms: whole(
    3_000,
    [100, 10 * minute],
    'ms',
    'Time between two signs of life; at most a third of the session.',
  ),
  rebalance_timeout_ms: whole(
    60_000,
    [1_000, 30 * minute],
    'ms',
    'How long the group waits for a member to finish its batch when lanes are dealt anew.',
  ),
  connection_timeout_ms: whole(10_000, [100, 10 * minute], 'ms', 'How long to wait for a connection and its login.'),
  request_timeout_ms: whole(30_000, [1_000, 10 * minute], 'ms', 'How long to wait for a broker’s answer.'),
  fetch_bytes_max: whole(1_048_576, [1_024, 104_857_600], 'bytes', 'Most bytes a lane asks for at once.'),
  fetch_wait_max_ms: whole(500, [1, minute], 'ms', 'How long a lane waits for records before it gets an empty batch.'),
  batch_records_max: whole(2_500, [1, 1_000_000], 'records', 'Most records in one batch, which is one transaction.'),
  transaction_timeout_ms: whole(
    60_000,
    [1_000, 15 * minute],
    'ms',
    'After so long the broker aborts a transaction that does not end; at most its transaction.max.timeout.ms.',
  ),
  transactions_per_second_max: whole(
    100,
    [1, 100_000],
    'transactions per second',
    'Brake of this process over all its lanes: with more lanes, batches grow instead of transactions.',
  ),
  compression: choice(
    ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
    'none',
    'Codec of the records we write; all are read.',
  ),
  record_bytes_max: whole(
    1_000_000,
    [1_024, 104_857_600],
    'bytes',
    'Largest record, and largest record batch, we write; at most the brokers’ message.max.bytes.',
  ),
  accept_older: flag(false, 'Run on brokers older than 4.0, where exactly once is not promised over every crash.'),
});

const topics = z.strictObject({
  sources: list(
    ['commerce.orders'],
    'Order topics; all with the same number of partitions, keyed by order id.',
    'a list of topic names',
    /^[A-Za-z0-9._-]{1,249}$/,
  ),
  repartitioned: list(
    [],
    'Those of the sources that `repartition` wrote, and nobody else: their records say in headers where they first stood.',
    'a list of topic names',
    /^[A-Za-z0-9._-]{1,249}$/,
    0,
  ),
  events: topic('odp.order-events', 'Where ODP order events are written.'),
  failures: topic('odp.order-failures', 'Where records that cannot be used are kept, whole, with the reason.'),
  summaries: topic('odp.order-summaries', 'Where summaries per window of time are written.'),
  receipts: topic('odp.order-receipts', 'Where ODP’s answers are written (not yet).'),
  inbox: topic(`${groupPlaceholder}.inbox`, 'By which replayed and redriven records enter; partitions as the sources.'),
  state: topic(`${groupPlaceholder}.state`, 'Changelog of the lanes’ state: one for each group, compacted.'),
  partitions: whole(
    4,
    [1, 10_000],
    'partitions',
    'Of source topics that `topics` creates; the others follow the sources.',
  ),
  replication_factor: whole(
    1,
    [1, 15],
    'copies',
    'Of topics that `topics` creates; 3 is right for a cluster of three and more.',
  ),
  events_retention_ms: whole(7 * day, retentionMs, 'ms', 'How long events are kept in their topic.'),
  failures_retention_ms: whole(90 * day, retentionMs, 'ms', 'How long failures are kept, and so can be repaired.'),
  summaries_retention_ms: whole(90 * day, retentionMs, 'ms', 'How long summaries are kept.'),
  partition_check: choice(
    ['auto', 'always'],
    'auto',
    'Whether a record must stand on the partition of its order id’s murmur2 hash: with several sources, or always.',
  ),
  inbox_retention_ms: whole(7 * day, retentionMs, 'ms', 'How long replayed and redriven records are kept.'),
});

const registry = z.strictObject({
  url: matching(
    'http://127.0.0.1:8081',
    /^https?:\/\/(?![^/]*@)[^\s/]+(?:\/\S*)?$/,
    'an http or https URL without user and password (they have settings of their own)',
    'Base URL of the schema registry (Confluent’s API); Apicurio serves it under /apis/ccompat/v7.',
  ),
  username: optionalText('Who logs in (basic authentication).'),
  password: secret('The password of the user.'),
  password_file: file('File that holds the password.'),
  tls: z.strictObject(certificates),
  timeout_ms: whole(10_000, [100, 10 * minute], 'ms', 'How long to wait for the registry’s answer.'),
  unknown_id_memory_ms: whole(
    60_000,
    [0, day],
    'ms',
    'For so long an id the registry does not know is not asked for again: its records are failures at once.',
  ),
  register: flag(true, 'Register the schemas of what we write when they are missing; false: they must be there.'),
});

/** A strict object: what is not named here is a problem, not a silent nothing. */
export const settingsSchema = z.strictObject({
  kafka,
  topics,
  registry,
  mappings: files('Mappings of foreign schemas: YAML files, and JavaScript files that export mappings.'),
  results: z.strictObject({
    format: choice(
      ['avro', 'json'],
      'avro',
      'How events are written: Avro with a registered schema, or ODP’s JSON body.',
    ),
  }),
  failures: z.strictObject({
    value: choice(
      ['full', 'digest'],
      'full',
      'Keep the bytes of a failed record, so that it can be repaired, or only their digest.',
    ),
    in_a_row_max: whole(
      1_000,
      [1, 1_000_000_000],
      'records',
      'When so many records in a row fail, the fault is ours and not the data’s: stop.',
    ),
    header_names: choices(
      ['connect', 'streams', 'spring'],
      ['connect'],
      'Whose header names tell the reason: Kafka Connect’s, Kafka Streams’, Spring’s; any of them together.',
    ),
  }),
  event: z.strictObject({
    currency_field: optionalText(
      'Custom field that carries the order’s currency, as ODP has no field for it; null: not sent.',
      'currency',
      'a field name of ODP (a–z, then a–z, 0–9, "_", 2 to 62 characters)',
      /^[a-z][a-z0-9_]{1,61}$/,
    ),
    data_source_type: optionalText(
      'Sent as `data.data_source_type`, what kind of system the event comes from; null: not sent.',
      'app',
    ),
    data_source: optionalText(
      'Sent as `data.data_source`, which system the event comes from; null: not sent.',
      'odp-orders',
    ),
  }),
  event_time: z.strictObject({
    future_max_ms: whole(
      hour,
      [0, 365 * day],
      'ms',
      'A fact so much later than its record’s timestamp is `invalid_timestamp`.',
    ),
    min: matching(
      '2000-01-01T00:00:00Z',
      /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/,
      'a date, or a date and time with Z or an offset (ISO 8601)',
      'A fact before this is `invalid_timestamp`.',
      text => !Number.isNaN(Date.parse(text)),
    ),
  }),
  window: z.strictObject({
    kind: choice(
      ['session', 'tumbling', 'none'],
      'session',
      'What is taken together of an order: facts that follow each other closely, those of one piece of time, or nothing.',
    ),
    gap_ms: whole(5_000, [0, day], 'ms', 'Facts of an order this far apart, or less, are one session.'),
    size_ms: whole(minute, [1, day], 'ms', 'Length of tumbling windows.'),
    grace_ms: whole(
      5_000,
      [0, day],
      'ms',
      'How far behind the newest of its topic a fact may be and still be in time; so long its window stays open.',
    ),
    idle_timeout_ms: whole(
      10_000,
      [0, day],
      'ms',
      'A topic without records for so long is left out; when all are, windows close by the clock.',
    ),
    late: choice(
      ['emit', 'refuse'],
      'emit',
      'A fact that comes after its window has closed makes its own event, marked late, or is a failure.',
    ),
    merge: flag(false, 'Make deductions of one action in a window one event.'),
    held_facts_max: whole(
      100_000,
      [1, 100_000_000],
      'facts',
      'In open windows of each lane, and as many that wait for their purchase or their time; beyond it the oldest go early.',
    ),
    held_bytes_per_order_max: whole(
      262_144,
      [0, 104_857_600],
      'bytes',
      'Of the records in open windows of one order (and less than a third of kafka.record_bytes_max); beyond it its oldest closes early.',
    ),
  }),
  ledger: z.strictObject({
    orphan_wait_ms: whole(
      10 * minute,
      [0, 30 * day],
      'ms',
      'How long a deduction waits for its purchase; then it goes out alone. Of stream time; of the clock when all is idle.',
    ),
    late_purchase: choice(
      ['full', 'net', 'refuse'],
      'full',
      'A purchase whose deductions went out before it: whole (ODP adds up), what is left of it (ODP sets), or a failure.',
    ),
    over_deduction: choice(
      ['refuse', 'warn'],
      'refuse',
      'A return or refund of more than is left: a failure, or an event with a warning.',
    ),
    changed_purchase: choice(
      ['refuse', 'correct'],
      'refuse',
      'A second, different purchase of an order: a failure, or an event that corrects the first.',
    ),
    facts_per_order_max: whole(1_000, [1, 1_000_000], 'facts', 'Remembered of one order; more are failures.'),
    bytes_per_order_max: whole(
      262_144,
      [1_024, 104_857_600],
      'bytes',
      'Of the fact ids remembered and the records held of one order (and less than a third of kafka.record_bytes_max); more are failures.',
    ),
  }),
  summary: z.strictObject({
    size_ms: whole(minute, [1_000, day], 'ms', 'Length of a summary’s window.'),
    hop_ms: whole(
      minute,
      [1_000, day],
      'ms',
      'A window begins so often; shorter than its length, each event is in several, at most 100.',
    ),
  }),
  state: z.strictObject({
    store: choice(
      ['level', 'memory', 'none'],
      'level',
      'Where lanes remember their orders: on disk (LevelDB), for more of them than memory holds and for quick restarts; in memory; none: not at all, each fact becomes its event at once, for trials only.',
    ),
    dir: text(
      'odp-orders-state',
      'Directory of the state on disk, from the working directory on; one group’s processes on a machine may share it.',
      'the path of a directory',
    ),
    cache_bytes_max: whole(
      5_242_880,
      [65_536, 8_589_934_592],
      'bytes',
      'Of the state on disk, held in memory for each lane: a megabyte for blocks of the files, the rest for orders that changed last; all for blocks where that would leave less than 4 MiB.',
    ),
    retention_ms: whole(
      120 * day,
      [minute, 3_650 * day],
      'ms',
      'How long after its newest fact an order is remembered; a deduction older than that is a failure.',
    ),
  }),
  start: z.strictObject({
    from: choice(['earliest', 'latest'], 'earliest', 'Where a lane begins that has no committed offsets.'),
  }),
  retry: z.strictObject({
    first_delay_ms: whole(500, [1, hour], 'ms', 'Wait before a lane that died is built again; doubles each time.'),
    delay_max_ms: whole(
      2_000,
      [1, hour],
      'ms',
      'Longest such wait: how much longer than the outage a lane stands still.',
    ),
    attempts_max: whole(
      100,
      [0, 1_000_000],
      'attempts',
      'After so many in a row without a write the process exits: by default after some three minutes.',
    ),
  }),
  shutdown: z.strictObject({
    timeout_ms: whole(20_000, [0, hour], 'ms', 'How long lanes may take to finish their batch on SIGTERM.'),
  }),
  log: z.strictObject({
    level: choice(
      ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
      'info',
      'Least level that is logged, to standard error.',
    ),
    format: optionalChoice(
      ['json', 'pretty'],
      'One JSON object a line, or one readable line; null: readable on a terminal.',
    ),
  }),
});

/** The settings in force: whole, checked, placeholders filled, paths absolute, secrets read from their files. */
export type Settings = z.output<typeof settingsSchema>;

/** What each group is about, for the reference page. */
export const groupSentences: Readonly<Record<string, string>> = {
  kafka: 'The cluster, the group, and how lanes read and write.',
  'kafka.security.tls': 'Encryption to the brokers.',
  'kafka.security.sasl': 'Login at the brokers.',
  topics: 'Where records come from and go to.',
  registry: 'The schema registry.',
  'registry.tls': 'Certificates for an https registry.',
  results: 'How events are written.',
  failures: 'What becomes of records that cannot be used.',
  event: 'What goes into every ODP event.',
  event_time: 'Clocks that cannot be right.',
  window: 'Facts of one order that are taken together, and how long they are waited for.',
  ledger: 'What is remembered of an order, and what follows from it.',
  summary: 'Counts by window of time, to reconcile with.',
  state: 'Where and how long orders are remembered.',
  start: 'The first start.',
  retry: 'When the world breaks.',
  shutdown: 'The end.',
  log: 'What we say while running.',
};
