/** Rights before anything is begun, and after something was refused: every one that is lacking is named, with its grant. */
import type { Kafka } from 'kafkajs';
import { reachCluster } from '../../connectors/kafka/preflight';
import { lackingRights } from '../../connectors/kafka/rights/lacking';
import { type Right, rightText } from '../../connectors/kafka/rights/right';
import { checkVersions } from '../../connectors/kafka/versions';
import { type Cluster, errorType } from '../../connectors/kafka/wire';
import { CommandError } from '../exit';
import type { Settings } from '../settings/schema';
import { grantLine, principalOf } from './grant';

/** @param doing What was being done, after "Cannot": `start`. @throws CommandError naming every right that is lacking. */
export const checkRights = async (
  cluster: Cluster,
  needed: readonly Right[],
  settings: Settings,
  doing: string,
): Promise<void> => {
  checkVersions(cluster, settings.kafka.accept_older); // an older broker would not understand the question
  const lacking = await lackingRights(cluster, needed);
  if (lacking.length > 0) throw rightsLacking(lacking, settings, doing);
};

/**
 * A refusal does not say which topic, group or id it is about: what is lacking now says it. Everything else comes back as it is,
 * also a refusal of what is granted by now.
 */
export const refusalExplained = async (
  error: unknown,
  kafka: Kafka,
  needed: readonly Right[],
  settings: Settings,
  doing: string,
): Promise<unknown> => {
  if (error instanceof CommandError || !isRefusal(error)) return error;
  try {
    const cluster = await reachCluster(kafka);
    const lacking = await lackingRights(cluster, needed).finally(() => cluster.disconnect());
    return lacking.length > 0 ? rightsLacking(lacking, settings, doing, error) : error;
  } catch {
    return error; // the first error says more
  }
};

const isRefusal = (error: unknown): boolean => /_AUTHORIZATION_FAILED$/.test(errorType(error) ?? '');

const rightsLacking = (lacking: readonly Right[], settings: Settings, doing: string, cause?: unknown): CommandError => {
  const rights = lacking.length === 1 ? 'a right' : `${lacking.length} rights`;
  return new CommandError(
    `Cannot ${doing} as our user (${principalOf(settings)}) lacks ${rights}: ${lacking.map(rightText).join(', ')}`,
    ['grant it (docs/security.md):', ...lacking.map(right => grantLine(right, settings))].join('\n    '),
    undefined,
    { cause },
  );
};
