/** Settings as a command has them, for tests that ask what rights follow from them. */
import { loadSettings } from '../../../commands/settings/load';
import { SettingsProblems } from '../../../commands/settings/problem';
import type { Settings } from '../../../commands/settings/schema';
import type { GivenSettings } from '../run/program';

export const loaded = (given: GivenSettings): Settings => {
  const overrides = Object.entries(given).map(([name, value]) => `${name}=${value}`);
  const settings = loadSettings({ env: {}, overrides });
  if (settings instanceof SettingsProblems) throw settings;
  return settings;
};

/** What follows for a group G, to name the rows of a table before its topics are there. */
export const placeholders = <T>(of: (settings: Settings) => T): T =>
  of(
    loaded({
      'kafka.group': 'G',
      'topics.sources': 'orders',
      'topics.events': 'events',
      'topics.failures': 'failures',
      'topics.summaries': 'summaries',
    }),
  );
