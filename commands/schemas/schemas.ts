/** Checks and registers the schemas of the settings' topics, in the registry of the settings. */
import { httpRegistry } from '../../connectors/registry/http';
import type { Registry } from '../../connectors/registry/registry';
import { checkAll, registerAll, type Subject, type SubjectCheck, subjectsOf } from '../../connectors/registry/subjects';
import { registryConnectionOf, subjectTopicsOf } from '../connections';
import { Ended, exitCodes } from '../exit';
import type { Settings } from '../settings/schema';
import type { SchemasAction, SchemasOptions } from './command';

/** What we read and write as the settings have it. */
export const subjectsOfSettings = (settings: Settings): readonly Subject[] =>
  subjectsOf({ ...subjectTopicsOf(settings), sources: settings.topics.sources }).filter(
    ({ fullName }) => settings.results.format === 'avro' || fullName !== 'odp.OrderEvent',
  );

/** How a change that breaks readers is repaired. */
export const brokenSchemaFix = 'keep the old form, or give new fields a default';

/** @param registry For tests. */
export const schemas = async (
  action: SchemasAction,
  { json }: SchemasOptions,
  settings: Settings,
  registry: Registry = httpRegistry(registryConnectionOf(settings)),
): Promise<void> => {
  const checks = await checkAll(registry, subjectsOfSettings(settings));
  const broken = checks.some(({ problems }) => problems.length > 0);
  const missing = checks.filter(({ state }) => state !== 'registered');
  // All or nothing: a half-registered release is worse than the old one.
  const ids = action === 'register' && !broken ? await registerAll(registry, missing) : new Map<string, number>();
  process.stdout.write(json ? asJson(checks, ids) : asLines(checks, ids));
  if (broken) throw new Ended(exitCodes.found);
};

const asJson = (checks: readonly SubjectCheck[], ids: ReadonlyMap<string, number>): string => {
  const found = checks.map(({ subject, fullName, state, id, problems }) => ({
    subject,
    schema: fullName,
    state,
    id: ids.get(subject) ?? id ?? null,
    problems,
  }));
  return `${JSON.stringify({ schemas: found, registered: [...ids.keys()] })}\n`;
};

const asLines = (checks: readonly SubjectCheck[], ids: ReadonlyMap<string, number>): string =>
  checks
    .flatMap(({ subject, fullName, state, id, problems }) => [
      `${ids.has(subject) ? 'now registered' : state} ${subject}: ${fullName}${idText(ids.get(subject) ?? id)}`,
      ...problems.map(problem => `  problem ${subject}: ${problem}; ${brokenSchemaFix}`),
    ])
    .map(line => `${line}\n`)
    .join('');

const idText = (id: number | undefined) => (id === undefined ? '' : `, id ${id}`);
