/** Rules over several settings: each names the setting to change. */
import type { Settings } from './schema';
import { recordBytesMin } from './state-room';

export interface Conflict {
  /** The setting whose source is shown. */
  readonly path: string;
  readonly message: string;
}

/** `given`: paths that were set, by whatever source. */
export const conflicts = (settings: Settings, given: ReadonlySet<string>): Conflict[] => {
  const found: Conflict[] = [];
  const unless = (fine: boolean, path: string, message: string) => {
    if (!fine) found.push({ path, message });
  };
  const { kafka, registry, topics } = settings;
  const { tls, sasl } = kafka.security;

  unless(
    kafka.heartbeat_interval_ms * 3 <= kafka.session_timeout_ms,
    'kafka.heartbeat_interval_ms',
    `must be at most a third of kafka.session_timeout_ms, which is ${kafka.session_timeout_ms}`,
  );
  unless(
    kafka.fetch_wait_max_ms < kafka.request_timeout_ms,
    'kafka.fetch_wait_max_ms',
    `must be less than kafka.request_timeout_ms, which is ${kafka.request_timeout_ms}`,
  );
  unless(
    settings.retry.first_delay_ms <= settings.retry.delay_max_ms,
    'retry.first_delay_ms',
    `must be at most retry.delay_max_ms, which is ${settings.retry.delay_max_ms}`,
  );

  if (sasl.mechanism !== null) {
    unless(sasl.username !== null, 'kafka.security.sasl.username', `is needed for mechanism ${sasl.mechanism}`);
    unless(
      sasl.password !== null || given.has('kafka.security.sasl.password_file'),
      'kafka.security.sasl.password',
      `(or password_file) is needed for mechanism ${sasl.mechanism}`,
    );
  } else
    for (const name of ['username', 'password', 'password_file'])
      unless(
        !given.has(`kafka.security.sasl.${name}`),
        `kafka.security.sasl.${name}`,
        'has no effect without a mechanism',
      );

  // Certificates without TLS would send everything in the clear, unnoticed.
  for (const name of certificateNames)
    unless(
      tls.enabled || !given.has(`kafka.security.tls.${name}`),
      `kafka.security.tls.${name}`,
      'has no effect unless tls.enabled is true',
    );
  for (const [prefix, { cert_file, key_file }] of [
    ['kafka.security.tls', tls],
    ['registry.tls', registry.tls],
  ] as const) {
    unless(cert_file === null || key_file !== null, `${prefix}.key_file`, 'is needed with cert_file');
    unless(key_file === null || cert_file !== null, `${prefix}.cert_file`, 'is needed with key_file');
  }

  const https = registry.url.startsWith('https:');
  for (const name of certificateNames)
    unless(
      https || !given.has(`registry.tls.${name}`),
      `registry.tls.${name}`,
      'has no effect unless registry.url is https',
    );
  unless(
    registry.username !== null || !(given.has('registry.password') || given.has('registry.password_file')),
    'registry.username',
    'is needed with a password',
  );
  unless(
    registry.username === null || registry.password !== null || given.has('registry.password_file'),
    'registry.password',
    '(or password_file) is needed with a username',
  );

  const { window, summary, state, ledger } = settings;
  const bytesMin = recordBytesMin(ledger);
  unless(
    state.store === 'none' || kafka.record_bytes_max >= bytesMin,
    'kafka.record_bytes_max',
    `must be at least ${bytesMin} with ledger.facts_per_order_max of ${ledger.facts_per_order_max}, as the state of an order ` +
      'is one record: raise it, or remember fewer facts of an order',
  );
  unless(
    summary.hop_ms <= summary.size_ms,
    'summary.hop_ms',
    `must be at most summary.size_ms, which is ${summary.size_ms}: what happens between windows would be in none`,
  );
  // An open one is some 48 bytes of the lane's position for each currency and action.
  unless(
    summary.size_ms <= summary.hop_ms * summaryWindowsMax,
    'summary.hop_ms',
    `must be at least a hundredth of summary.size_ms, which is ${summary.size_ms}: each event would be in ` +
      `${Math.ceil(summary.size_ms / summary.hop_ms)} windows, and all that are open are written with every transaction; ` +
      `try ${Math.ceil(summary.size_ms / summaryWindowsMax)}, or a shorter size`,
  );
  unless(
    state.store !== 'none' || !given.has('window.kind') || window.kind === 'none',
    'window.kind',
    'has no effect where state.store is none',
  );
  for (const name of topics.repartitioned)
    unless(topics.sources.includes(name), 'topics.repartitioned', `must name topics of topics.sources, not "${name}"`);

  const seen = new Map<string, string>();
  for (const [path, name] of topicNames(topics)) {
    const other = seen.get(name);
    unless(other === undefined, path, `is the same topic as ${other}: each needs its own`);
    if (other === undefined) seen.set(name, path);
  }
  return found;
};

/** Of one event. */
const summaryWindowsMax = 100;

const certificateNames = [
  'ca_file',
  'cert_file',
  'key_file',
  'key_passphrase',
  'key_passphrase_file',
  'reject_unauthorized',
  'server_name',
];

const topicNames = ({ sources, events, failures, summaries, receipts, inbox, state }: Settings['topics']) => [
  ...sources.map(name => ['topics.sources', name] as const),
  ...Object.entries({ events, failures, summaries, receipts, inbox, state }).map(
    ([name, value]) => [`topics.${name}`, value] as const,
  ),
];
