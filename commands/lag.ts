/** `odp-orders lag`: how far the group is behind, per partition of its source topics and its inbox. */
import type { Command } from 'commander';
import type { PartitionLag } from '../connectors/kafka/lag';
import { settingsOf } from './shell';

export const register = (program: Command): void => {
  program
    .command('lag')
    .description('how far the group is behind, per partition')
    .option('--json', 'one JSON object, for programs')
    .action(async (options: { json?: true }, command: Command) => {
      const { lags, group } = await readLag(command);
      process.stdout.write(options.json ? `${lagJson(group, lags)}\n` : lagTable(lags));
    });
};

const readLag = async (command: Command) => {
  const [
    kafka,
    { groupLag },
    { reachCluster, partitionsOf },
    { createLogger, kafkaLog },
    connections,
    { explainKafka },
    { checkRights },
    { rightsToTellLag },
  ] = await Promise.all([
    import('../connectors/kafka/client.js'),
    import('../connectors/kafka/lag.js'),
    import('../connectors/kafka/preflight.js'),
    import('../connectors/log.js'),
    import('./connections.js'),
    import('./explain.js'),
    import('./rights/check.js'),
    import('./rights/needed.js'),
  ]);
  const settings = await settingsOf(command);
  const connection = connections.kafkaConnectionOf(settings);
  const log = createLogger(connections.logSettingsOf(settings));
  const { group } = settings.kafka;
  const doing = `read how far group ${group} is behind`;
  try {
    const cluster = await reachCluster(kafka.connectKafka(connection, kafkaLog(log)));
    try {
      await checkRights(cluster, rightsToTellLag(settings), settings, doing);
      const { topicsNeeded } = await import('./run/settings.js');
      const { sources } = topicsNeeded(settings);
      await partitionsOf(cluster, sources);
      return { group, lags: await groupLag(cluster, group, [...sources.keys()]) };
    } finally {
      await cluster.disconnect();
    }
  } catch (error) {
    throw explainKafka(error, settings, doing);
  }
};

/** Offsets as decimal text in `--json`: they may be beyond 2^53. */
export const lagJson = (group: string, lags: readonly PartitionLag[]): string =>
  JSON.stringify({ group, behind: total(lags), partitions: lags }, (_, value) =>
    typeof value === 'bigint' ? (value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value)) : value,
  );

const columns = ['topic', 'partition', 'committed', 'last stable', 'end', 'behind'] as const;

/** A line per partition and a last one for all. */
export const lagTable = (lags: readonly PartitionLag[]): string => {
  const rows: (readonly string[])[] = [
    columns,
    ...lags.map(({ topic, partition, committed, lastStable, end, behind }) =>
      [topic, partition, committed ?? '-', lastStable, end, behind].map(String),
    ),
    ['all', '', '', '', '', String(total(lags))],
  ];
  const widths = columns.map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return `${rows.map(line).join('\n')}\n`;
};

const total = (lags: readonly PartitionLag[]): bigint => lags.reduce((sum, { behind }) => sum + behind, 0n);
