/** Checks what a kind of windows was set up with: all that is wrong is told at once, before any value comes. */
import type { WindowSettings } from './window';

/** `lengths`: the kind's own, by name, each with the least and the most that it may be. */
export const checked = <V>(
  kind: string,
  settings: WindowSettings<V>,
  lengths: readonly (readonly [name: string, ms: number, least: number, most?: number])[],
): WindowSettings<V> => {
  const problems: string[] = [];
  const check = (name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER) => {
    if (Number.isSafeInteger(value) && value >= least && value <= most) return;
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
    problems.push(`${name} must be a whole number ${range}: current value is ${value}`);
  };
  for (const [name, ms, least, most] of lengths) check(name, ms, least, most);
  check('graceMs', settings.graceMs, 0);
  check('heldFactsMax', settings.heldFactsMax, 1);
  if (settings.topics.length === 0) problems.push('topics must name at least one topic, as only topics move time');
  if (problems.length > 0) throw new RangeError(`Cannot open ${kind} windows as ${problems.join('; ')}`);
  return settings;
};
