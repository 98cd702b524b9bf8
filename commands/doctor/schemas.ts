/** Schemas in the registry: there, and no reader broken by ours. */
import type { Registry } from '../../connectors/registry/registry';
import { checkAll, type SubjectCheck } from '../../connectors/registry/subjects';
import { brokenSchemaFix, subjectsOfSettings } from '../schemas/schemas';
import type { Settings } from '../settings/schema';
import { type Check, ok, problem, remark, unchecked } from './check';

/** The registry first, then a check per subject. */
export const schemaChecks = async (registry: Registry, settings: Settings): Promise<readonly Check[]> => {
  try {
    const checks = await checkAll(registry, subjectsOfSettings(settings));
    return [ok('registry', `${registry.url} answers`), ...checks.map(check => subjectCheck(check, settings))];
  } catch (error) {
    return [
      problem(
        'registry',
        (error as Error).message,
        'see registry.url; `odp-orders schemas check` asks for nothing else',
      ),
      unchecked('schemas', 'the registry does not answer as it should'),
    ];
  }
};

export const subjectCheck = ({ subject, fullName, state, id, problems }: SubjectCheck, settings: Settings): Check => {
  const about = `schema ${subject}`;
  if (problems.length > 0) return problem(about, `ours would break readers: ${problems.join('; ')}`, brokenSchemaFix);
  if (state === 'registered') return ok(about, `registered, id ${id}`);
  const now = state === 'new' ? 'not registered yet' : 'another version is registered, and ours breaks no reader';
  if (fullName.startsWith('commerce.')) return remark(about, `${now}: only producers of such records need it`);
  if (settings.registry.register) return remark(about, `${now}: \`run\` will register it`);
  return problem(about, `${now}, and registry.register is false`, 'odp-orders schemas register');
};
