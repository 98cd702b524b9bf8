/** One finding of the doctor, and how it is told: a line each, or all as one object. */
import { counted } from '../counted';

export interface Check {
  /** `remark`: in order, but worth knowing. `unchecked`: `text` says why. */
  readonly state: 'ok' | 'remark' | 'problem' | 'unchecked';
  /** What was looked at: `brokers`, `topic commerce.orders`. */
  readonly about: string;
  readonly text: string;
  /** Of every problem. */
  readonly fix?: string;
}

export const ok = (about: string, text: string): Check => ({ state: 'ok', about, text });
export const remark = (about: string, text: string): Check => ({ state: 'remark', about, text });
export const problem = (about: string, text: string, fix: string): Check => ({ state: 'problem', about, text, fix });
export const unchecked = (about: string, text: string): Check => ({ state: 'unchecked', about, text });

const widest = 'not checked'.length;

export const checkLine = ({ state, about, text, fix }: Check): string =>
  oneLine(
    `${(state === 'unchecked' ? 'not checked' : state).padEnd(widest)}  ${about}: ${text}${fix === undefined ? '' : `; try: ${fix}`}`,
  );

/** What others say may have several lines. */
const oneLine = (text: string) => text.replace(/\s*\n\s*/g, '; ');

export const summaryLine = (checks: readonly Check[]): string => {
  const count = (state: Check['state']) => checks.filter(check => check.state === state).length;
  const parts = [`${count('ok')} ok`];
  if (count('remark') > 0) parts.push(counted(count('remark'), 'remark'));
  parts.push(counted(count('problem'), 'problem'));
  if (count('unchecked') > 0) parts.push(`${count('unchecked')} not checked`);
  return parts.join(', ');
};

export const checksJson = (checks: readonly Check[]): string =>
  JSON.stringify({ checks, problems: checks.filter(({ state }) => state === 'problem').length });
