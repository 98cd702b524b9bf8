/** The options of `npm run chaos`. */
import { parseArgs } from 'node:util';
import { type BugName, bugNames, bugs } from './bugs';
import { type FaultKind, kinds } from './faults/schedule';

export interface Options {
  readonly seed: number;
  readonly facts: number;
  readonly faults: number;
  /** Of production; the judge takes more. */
  readonly seconds: number;
  readonly lanes: number;
  /** Only faults of these. */
  readonly kinds: readonly FaultKind[];
  readonly bug: BugName | undefined;
  /** All deliberate bugs, one after the other. */
  readonly bugs: boolean;
  readonly json: boolean;
  /** The members' logs of a run that is right, too. */
  readonly keep: boolean;
}

const short = { facts: 24_000, faults: 15, seconds: 50, lanes: 8, kinds } as const;
const long = { facts: 2_200_000, faults: 320, seconds: 3_420, lanes: 12, kinds } as const;

export const usage = `npm run chaos -- [options]

  --short        ${short.facts} facts and ${short.faults} faults in ${short.seconds} s; default: ${long.facts}, ${long.faults}, ${long.seconds} s
  --seed S       decides facts and faults (default: the time)
  --facts N      to produce, about
  --faults N     to let strike
  --minutes M    to produce for
  --kinds A,B    faults of these kinds only: ${kinds.join(', ')}
  --lanes N      partitions of the order topics
  --bug NAME     runs a copy of the program with a deliberate bug: ${bugNames.join(', ')}
  --bugs         a short run for each of them: each must be caught
  --json         the result as one line of JSON, the last one
  --keep         the members' logs, also when all is right
  --help         this text`;

/** Throws with a sentence; undefined where only help was asked for. */
export const optionsOf = (args: readonly string[], now: number): Options | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      short: { type: 'boolean', default: false },
      seed: { type: 'string' },
      facts: { type: 'string' },
      faults: { type: 'string' },
      minutes: { type: 'string' },
      kinds: { type: 'string' },
      lanes: { type: 'string' },
      bug: { type: 'string' },
      bugs: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const bug = bugNames.find(name => name === values.bug);
  if (bug === undefined && values.bug !== undefined)
    throw new Error(`Cannot run with bug ${values.bug} as --bug must be of ${bugNames.join(', ')}.`);
  const usual = bug !== undefined ? { ...short, ...bugs[bug].run } : values.short || values.bugs ? short : long;
  return {
    seed: values.seed === undefined ? now % 1_000_000 : whole('seed', values.seed, 0),
    facts: whole('facts', values.facts ?? String(usual.facts), 1),
    faults: whole('faults', values.faults ?? String(usual.faults), 0),
    seconds: values.minutes === undefined ? usual.seconds : Math.round(60 * minutes(values.minutes)),
    lanes: whole('lanes', values.lanes ?? String(usual.lanes), 1),
    kinds: values.kinds === undefined ? usual.kinds : kindsOf(values.kinds),
    bug,
    bugs: values.bugs,
    json: values.json,
    keep: values.keep,
  };
};

const kindsOf = (text: string): readonly FaultKind[] => {
  const chosen = text.split(',');
  const unknown = chosen.filter(kind => !kinds.includes(kind as FaultKind));
  if (unknown.length > 0)
    throw new Error(`Cannot use --kinds ${unknown.join(',')} as they must be of ${kinds.join(', ')}.`);
  return chosen as FaultKind[];
};

const whole = (name: string, text: string, least: number): number => {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw new Error(`Cannot use --${name} ${text} as it must be a whole number from ${least} on.`);
};

const minutes = (text: string): number => {
  if (/^\d{1,4}(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text);
  throw new Error(`Cannot use --minutes ${text} as it must be a number above 0.`);
};
