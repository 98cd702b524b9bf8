/** What a target must be like to take a topic's records as they are: nothing of them may be dropped, refused or dated anew. */
import { type ExistingTopic, topicFindings } from '../../connectors/kafka/topics';

export interface TargetFinding {
  /** A clause about the target. */
  readonly problem: string;
  readonly fix: string;
}

/** @param recordBytesMax Largest record batch we write. */
export const targetFindings = (from: ExistingTopic, to: ExistingTopic, recordBytesMax: number): TargetFinding[] => {
  const wish = { name: to.name, role: 'output', retentionMs: null } as const;
  const plan = { topics: [wish], partitions: to.partitions, replicationFactor: 1, recordBytesMax };
  const found: TargetFinding[] = [...topicFindings(plan, [to])];
  const alter = (config: string) =>
    `kafka-configs.sh --alter --entity-type topics --entity-name ${to.name} --add-config ${config}`;

  if (to.configs.get('message.timestamp.type') === 'LogAppendTime')
    found.push({
      problem: 'dates every record anew (message.timestamp.type=LogAppendTime)',
      fix: alter('message.timestamp.type=CreateTime'),
    });

  // Timestamps stay, so what is old in the source is old in the target from the first moment on.
  const [kept, keeps] = [retentionMs(from), retentionMs(to)];
  if (keeps < kept)
    found.push({
      problem: `keeps records for ${keeps} ms where ${from.name} keeps them ${kept === forEver ? 'for ever' : `for ${kept} ms`}: old ones would be deleted as soon as they are copied`,
      fix: alter(`retention.ms=${kept === forEver ? -1 : kept}`),
    });
  return found;
};

const forEver = Number.POSITIVE_INFINITY;

const retentionMs = ({ configs }: ExistingTopic): number => {
  const deletes = (configs.get('cleanup.policy') ?? 'delete').split(',').includes('delete');
  const ms = Number(configs.get('retention.ms') ?? -1);
  return deletes && ms >= 0 ? ms : forEver;
};
