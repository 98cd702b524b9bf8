/** Settings from the environment (`ODP_ORDERS_…`) and from `--set name=value`. */
import { catalogue, otherVariables, settingAt, variablePrefix } from './catalogue';
import { check, fromText, type Given, type Layer } from './layer';
import { nearest } from './nearest';
import type { Problem } from './problem';

/** An empty variable is as if it were not set. */
export const environmentLayer = (env: Readonly<Record<string, string | undefined>>, directory: string): Layer => {
  const byVariable = new Map(catalogue.map(setting => [setting.variable, setting]));
  const given: Given[] = [];
  const problems: Problem[] = [];
  for (const [variable, text] of Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!variable.startsWith(variablePrefix) || !text || Object.hasOwn(otherVariables, variable)) continue;
    const setting = byVariable.get(variable);
    if (!setting) {
      if (isOfService(variable, text)) continue;
      const meant = nearest(variable.slice(variablePrefix.length), shortened(byVariable.keys()));
      problems.push({
        source: variable,
        message: 'is not a setting',
        ...(meant !== undefined && { hint: `did you mean ${variablePrefix}${meant}?` }),
      });
      continue;
    }
    const checked = check(setting, fromText(setting, text), variable, variable);
    if ('message' in checked) problems.push(checked);
    else given.push({ setting, value: checked.value, source: variable, directory });
  }
  return { given, problems };
};

/** Kubernetes tells each container of the services beside it: of one that is named `odp-orders`, by names like our settings'. */
const isOfService = (variable: string, text: string): boolean =>
  /_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_(ADDR|PORT|PROTO))?$/.test(variable) ||
  (variable.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(text));

// Compared without the prefix, or every name would look near to every other.
const shortened = (variables: Iterable<string>) => [...variables].map(name => name.slice(variablePrefix.length));

/** @param assignments `name=value` each, names as in the file with dots. */
export const optionLayer = (assignments: readonly string[], directory: string): Layer => {
  const given: Given[] = [];
  const problems: Problem[] = [];
  for (const assignment of assignments) {
    const [path = '', ...rest] = assignment.split('=');
    const source = `--set ${path}`;
    const setting = settingAt.get(path);
    if (!setting || rest.length === 0) {
      const meant = nearest(path, settingAt.keys());
      problems.push({
        source,
        message: setting ? 'needs a value: --set name=value' : 'is not a setting',
        ...(!setting && meant !== undefined && { hint: `did you mean ${meant}?` }),
      });
      continue;
    }
    const checked = check(setting, fromText(setting, rest.join('=')), source, source);
    if ('message' in checked) problems.push(checked);
    else given.push({ setting, value: checked.value, source, directory });
  }
  return { given, problems };
};
