/**
 * A process that does nothing but open all lanes of a group, by the same code as `odp-orders run`, and says how long that took.
 * Its settings come from the environment; it waits to be told to close, so that its memory can be looked at.
 */

import { kafkaConnectionOf } from '../../commands/connections';
import { encodingOf, openRegistry, outputEncoders } from '../../commands/run/registry';
import { lanesSettings, topicsNeeded } from '../../commands/run/settings';
import { identityOf, openStore } from '../../commands/run/store';
import { loadSettings } from '../../commands/settings/load';
import { SettingsProblems } from '../../commands/settings/problem';
import { connectKafka } from '../../connectors/kafka/client';
import { limiter } from '../../connectors/kafka/limiter';
import { openLane } from '../../connectors/kafka/open';
import { checkCluster, reachCluster } from '../../connectors/kafka/preflight';
import { createLogger } from '../../connectors/log';

export interface Opened {
  /** From the fence of the first lane until the last one could have taken a batch. */
  readonly openMs: number;
}

const open = async (): Promise<void> => {
  const settings = loadSettings({ env: process.env });
  if (settings instanceof SettingsProblems) throw settings;
  const kafka = connectKafka(kafkaConnectionOf(settings), () => () => undefined);
  const cluster = await reachCluster(kafka);
  const partitions = await checkCluster(cluster, topicsNeeded(settings), false);
  const identity = await identityOf(cluster, settings);
  await cluster.disconnect();
  const encoders = await outputEncoders(openRegistry(settings), settings);
  const lanes = lanesSettings(settings, partitions, { acceptReset: false, restorePosition: false });
  const log = createLogger({ level: 'warn', format: 'json' });

  const begunAt = performance.now();
  const opened = await Promise.all(
    Array.from({ length: lanes.partitions.sources }, (_, lane) =>
      openLane(
        {
          kafka,
          encoding: () => encodingOf(encoders, settings),
          limiter: limiter(Number.POSITIVE_INFINITY),
          state: async id => ({ store: await openStore(settings, identity, id, log), codec: encoders.state() }),
        },
        lanes,
        lane,
      ),
    ),
  );
  process.stdout.write(`${JSON.stringify({ openMs: performance.now() - begunAt } satisfies Opened)}\n`);
  await new Promise(resolve => process.stdin.once('data', resolve));
  await Promise.all(opened.map(lane => lane.close()));
};

open().then(
  () => process.exit(),
  error => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exit(1);
  },
);
