/** What the two ways of the demo (until Ctrl-C, or so many orders) have in common while they run. */
import { groupLag } from '../../connectors/kafka/lag';
import type { RunningLanes } from '../../connectors/kafka/lanes';
import type { Cluster } from '../../connectors/kafka/wire';
import type { Samples } from '../../dev/demo/samples';
import type { SampleSchemas } from '../../dev/demo/schemas';
import type { Settings } from '../settings/schema';
import type { Progress } from './progress';

export interface Running {
  readonly settings: Settings;
  /** Of the demo itself: to produce, to read back, to ask for the lag. */
  readonly cluster: Cluster;
  /** Where samples are produced to. */
  readonly source: string;
  readonly samples: Samples;
  readonly schemas: SampleSchemas;
  readonly progress: Progress;
  /** Aborted by the first Ctrl-C. */
  readonly stop: AbortSignal;
  /** Starts the pipeline; called once. */
  start(): Promise<RunningLanes>;
}

/** Records of the samples' topic that the group has not read; told to the view as well. */
export const readLag = async ({ cluster, settings, source, progress }: Running): Promise<bigint> => {
  const lag = await groupLag(cluster, settings.kafka.group, [source]);
  progress.lag = lag;
  return lag.reduce((sum, { behind }) => sum + behind, 0n);
};
