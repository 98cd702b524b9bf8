/** The mappings that the settings name, read and compiled; or everything that is wrong with them. */
import type { Mappings } from '../pipeline/order/mapping';
import { CommandError, exitCodes } from './exit';
import { shorter } from './settings/load';
import { type Problem, problemLine } from './settings/problem';
import type { Settings } from './settings/schema';

/** Never rejects: what is wrong is among the problems. */
export const readMappings = async (settings: Settings): Promise<{ mappings: Mappings; problems: readonly Problem[] }> =>
  // Only now: most commands have no use for the compiler.
  (await import('../connectors/mappings/load.js')).loadMappings(settings.mappings.map(shorter));

/** @throws CommandError naming every problem of every mapping. */
export const loadMappings = async (settings: Settings): Promise<Mappings> => {
  const { mappings, problems } = await readMappings(settings);
  if (problems.length > 0)
    throw new CommandError(
      `Cannot use the mappings as ${problems.length === 1 ? 'one place is' : `${problems.length} places are`} wrong:\n${problems
        .map(problem => `  ${problemLine(problem)}`)
        .join('\n')}`,
      '`odp-orders lint` checks them without any connection; the setting is mappings',
      exitCodes.usage,
    );
  return mappings;
};
