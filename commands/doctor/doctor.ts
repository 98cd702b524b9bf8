/** Looks at everything that a run needs, changes nothing, and tells each finding in one line. */
import { connectKafka } from '../../connectors/kafka/client';
import { reachCluster } from '../../connectors/kafka/preflight';
import { checkVersions } from '../../connectors/kafka/versions';
import type { Cluster } from '../../connectors/kafka/wire';
import { createLogger, kafkaLog } from '../../connectors/log';
import type { Registry } from '../../connectors/registry/registry';
import type { FactsSettings } from '../../pipeline/pipeline';
import { kafkaConnectionOf, laneCheckOf, logSettingsOf, orderSettingsOf } from '../connections';
import { type CommandError, Ended, exitCodes } from '../exit';
import { explainKafka } from '../explain';
import { allProblems } from '../lint/lint';
import { readMappings } from '../mappings';
import { decoderOf, openRegistry } from '../run/registry';
import { loadWithSources, type SettingsRequest } from '../settings/load';
import { problemLine, SettingsProblems } from '../settings/problem';
import type { Settings } from '../settings/schema';
import { type Check, checkLine, checksJson, ok, problem, summaryLine, unchecked } from './check';
import type { DoctorOptions } from './command';
import { partitioningChecks } from './partitioning';
import { schemaChecks } from './schemas';
import { rightsChecks, rightsOf, topicChecks } from './topics';

export const doctor = async ({ json, sample }: DoctorOptions, request: SettingsRequest): Promise<void> => {
  const checks: Check[] = [];
  const tell = (found: readonly Check[]) => {
    checks.push(...found);
    if (!json) for (const check of found) process.stdout.write(`${checkLine(check)}\n`);
  };
  tell(await lintChecks(request));
  const loaded = loadWithSources(request);
  if (loaded instanceof SettingsProblems)
    tell(['brokers', 'registry'].map(about => unchecked(about, 'the settings that name them cannot be used')));
  else {
    const { settings } = loaded;
    const registry = openRegistry(settings);
    tell(await schemaChecks(registry, settings));
    await withCluster(settings, sample, await factsSettings(registry, settings), tell);
  }
  process.stdout.write(`${json ? checksJson(checks) : summaryLine(checks)}\n`);
  if (checks.some(({ state }) => state === 'problem')) throw new Ended(exitCodes.found);
};

const lintChecks = async (request: SettingsRequest): Promise<readonly Check[]> => {
  const problems = await allProblems([], request);
  if (problems.length === 0) return [ok('settings', 'no problems in settings, mappings and schemas')];
  return problems.map(one => problem('settings', problemLine(one), 'correct it there; `odp-orders lint` checks again'));
};

/** Undefined where the mappings cannot be used: that is told already. */
const factsSettings = async (registry: Registry, settings: Settings): Promise<FactsSettings | undefined> => {
  const { mappings, problems } = await readMappings(settings);
  if (problems.length > 0) return undefined;
  return { decode: decoderOf(registry, settings), mappings, order: orderSettingsOf(settings) };
};

const withCluster = async (
  settings: Settings,
  recordsMax: number,
  facts: FactsSettings | undefined,
  tell: (checks: readonly Check[]) => void,
): Promise<void> => {
  const kafka = connectKafka(kafkaConnectionOf(settings), kafkaLog(createLogger(logSettingsOf(settings))));
  let cluster: Cluster;
  try {
    cluster = await reachCluster(kafka);
  } catch (error) {
    tell([
      brokersProblem(error, settings),
      ...['topics', 'rights', 'partitioning'].map(about => unchecked(about, 'no broker could be asked')),
    ]);
    return;
  }
  try {
    tell([ok('brokers', `${settings.kafka.brokers.join(', ')} let us in`), versionsCheck(cluster, settings)]);
    const rights = await rightsOf(cluster, settings);
    tell(await topicChecks(kafka, settings, rights));
    tell(await rightsChecks(cluster, settings));
    tell(
      await partitioningChecks(
        cluster,
        { sources: settings.topics.sources, refused: laneCheckOf(settings, 1) !== null, recordsMax, facts },
        rights,
      ),
    );
  } catch (error) {
    tell([brokersProblem(error, settings)]);
  } finally {
    await cluster.disconnect();
  }
};

const brokersProblem = (error: unknown, settings: Settings): Check => {
  const explained = explainKafka(error, settings, 'look around');
  const { message, hint } = explained as Partial<CommandError>;
  return problem('brokers', message ?? String(explained), hint ?? 'see kafka.brokers and kafka.security');
};

const versionsCheck = (cluster: Cluster, settings: Settings): Check => {
  try {
    checkVersions(cluster, settings.kafka.accept_older);
    return ok('versions', 'the brokers take every request that we send');
  } catch (error) {
    return problem('versions', (error as Error).message, 'upgrade the brokers, or see kafka.accept_older');
  }
};
