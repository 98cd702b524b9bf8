/** What the demo shows, as a pure function of what is known: lines that fit the terminal, most important first. */
import type { Action } from '../../schemas/types';
import type { SummaryWindow } from './summaries';
import { amount, bars, cut, duration, number, pad, paint, plain, sparkline, wholeAmount } from './text';

export interface DemoState {
  readonly phase: 'starting' | 'running' | 'stopping' | 'stopped';
  /** Since the first record, ms. */
  readonly elapsedMs: number;
  readonly produced: number;
  /** Records of which something has become: events, failures, duplicates and skipped ones. */
  readonly written: number;
  readonly skipped: number;
  readonly duplicates: number;
  /** Of the events, those of late facts. */
  readonly late: number;
  /** Facts that wait, in open windows or for their purchase. */
  readonly held: number;
  /** How long an order waits for what else happens to it, at least, ms; null where it does not. */
  readonly waits: number | null;
  /** The latest that closed. */
  readonly summary: SummaryWindow | undefined;
  /** Records a second, of late. */
  readonly producedRate: number;
  readonly writtenRate: number;
  /** Of the last seconds, oldest first. */
  readonly writtenRates: readonly number[];
  readonly byAction: ReadonlyMap<string, number>;
  readonly byCode: ReadonlyMap<string, number>;
  /** One message of each code, as far as one was seen. */
  readonly messages: ReadonlyMap<string, string>;
  readonly lag: readonly PartitionLine[];
  /** Newest first. */
  readonly latest: readonly LatestEvent[];
  readonly brokers: string;
  readonly registry: string;
  readonly topics: {
    readonly sources: string;
    readonly events: string;
    readonly failures: string;
    readonly summaries: string | null;
  };
  /** Commands to look further with. */
  readonly hints: readonly Hint[];
  /** What went wrong, if anything. */
  readonly trouble: string | undefined;
}

export interface PartitionLine {
  readonly partition: number;
  readonly behind: bigint;
  readonly end: bigint;
}

export interface LatestEvent {
  readonly orderId: string;
  readonly action: Action;
  /** Whole ten-thousandths, signed as on ODP's wire. */
  readonly total: number | null;
  readonly currency: string;
}

export interface Hint {
  readonly what: string;
  readonly command: string;
}

export interface Screen {
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
}

const actions: readonly Action[] = ['purchase', 'return', 'refund', 'cancel'];
const actionColours: Record<Action, number> = { purchase: 32, return: 33, refund: 36, cancel: 35 };
const bold = 1;
const dim = 2;
const red = 31;
const green = 32;
const yellow = 33;

/** At most `rows` lines of at most `columns` characters. */
export const renderDemo = (state: DemoState, screen: Screen): readonly string[] => {
  const { columns, rows } = screen;
  const top = [...headline(state, screen), '', ...totals(state, screen), ''];
  // Once all is stopped, there is nowhere to look.
  const stopped = state.phase === 'stopped';
  const bottom = [
    '',
    ...summaryLines(state, screen),
    ...lagLines(state, screen),
    ...(stopped ? [] : ['', ...addresses(state, screen)]),
  ];
  const hints = stopped ? [] : hintLines(state, screen);
  // What is in the middle takes the room there is: the two lists share it.
  const room = rows - top.length - bottom.length - 2;
  const withHints = room - hints.length >= 9;
  const middle = Math.max(0, withHints ? room - hints.length : room);
  const eventRows =
    Math.min(Math.max(actions.length + 1, 0.4 * middle, middle - 2 - state.byCode.size), 12, middle) | 0;
  const lines = [
    ...top,
    ...eventLines(state, screen, eventRows),
    '',
    ...failureLines(state, screen, Math.max(0, middle - eventRows)),
    ...bottom,
    ...(withHints ? hints : []),
  ];
  return lines.slice(0, rows).map(line => cut(line.trimEnd(), columns));
};

const headline = (state: DemoState, { columns, colour }: Screen): string[] => {
  const name = ' odp-order-stream demo';
  const status = { starting: 'starting', running: 'Ctrl-C stops', stopping: 'stopping …', stopped: 'stopped' }[
    state.phase
  ];
  const time = `${status} · ${duration(state.elapsedMs)}`;
  const line = `${paint(name, bold, colour)}${' '.repeat(Math.max(1, columns - name.length - time.length - 1))}${paint(time, dim, colour)}`;
  return state.trouble === undefined ? [line] : [line, paint(` ${plain(state.trouble)}`, red, colour)];
};

const totals = (state: DemoState, { colour }: Screen): string[] => {
  const line = (name: string, count: number, rate: number, more: string) =>
    ` ${name.padEnd(10)}${paint(number(count).padStart(12), bold, colour)}${`${number(Math.round(rate))}/s`.padStart(12)}   ${more}`;
  return [
    line('produced', state.produced, state.producedRate, ''),
    line('accounted', state.written, state.writtenRate, paint(sparkline(state.writtenRates), green, colour)),
    ...(state.waits === null ? [] : [waiting(state, state.waits, colour)]),
  ];
};

/** Why less comes out than goes in: orders wait for what else happens to them. */
const waiting = ({ held, phase }: DemoState, waits: number, colour: boolean): string => {
  const seconds = Math.ceil(waits / 1_000);
  const why = phase === 'stopped' ? '' : `in open windows, each for ${seconds} s or more`;
  return ` ${'waiting'.padEnd(10)}${paint(number(held).padStart(12), held > 0 ? yellow : bold, colour)}${' '.repeat(15)}${paint(why, dim, colour)}`;
};

/** Left: events by action. Right: the newest ones. */
const eventLines = (state: DemoState, { columns, colour }: Screen, count: number): string[] => {
  if (count === 0) return [];
  const events = actions.reduce((sum, action) => sum + (state.byAction.get(action) ?? 0), 0);
  const left = [
    ` ${paint('events', bold, colour)}${number(events).padStart(17)}${state.late > 0 ? paint(`  ${number(state.late)} late`, dim, colour) : ''}`,
    ...actions.map(action => {
      const of = state.byAction.get(action) ?? 0;
      const bar = paint(bars(of, events, barWidth), actionColours[action], colour);
      return `   ${action.padEnd(9)}${number(of).padStart(12)}  ${bar}`;
    }),
  ];
  const right = [paint('latest', bold, colour), ...state.latest.map(event => latestLine(event, colour))];
  const side = columns >= 76;
  return Array.from({ length: Math.min(count, side ? Math.max(left.length, right.length) : left.length) }, (_, at) =>
    side ? `${pad(left[at] ?? '', leftWidth)}${right[at] ?? ''}` : (left[at] ?? ''),
  );
};

const barWidth = 10;
const leftWidth = 40;

const latestLine = ({ orderId, action, total, currency }: LatestEvent, colour: boolean): string =>
  `${plain(orderId).padEnd(12)} ${paint(action.padEnd(9), actionColours[action], colour)}${amount(total, currency).padStart(13)} ${plain(currency)}`;

const failureLines = (state: DemoState, { colour }: Screen, count: number): string[] => {
  if (count === 0) return [];
  const failures = [...state.byCode].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const sum = failures.reduce((all, [, of]) => all + of, 0);
  const besides = [
    ...(state.duplicates === 0 ? [] : [`${number(state.duplicates)} duplicates dropped`]),
    ...(state.skipped === 0 ? [] : [`${number(state.skipped)} empty values skipped`]),
  ].join(', ');
  const head = ` ${paint('failures', bold, colour)}${number(sum).padStart(15)}${besides && paint(`   and ${besides}`, dim, colour)}`;
  const shown = failures.length <= count - 1 ? failures : failures.slice(0, Math.max(0, count - 2));
  const rest = failures.length - shown.length;
  return [
    head,
    ...shown.map(
      ([code, of]) =>
        `   ${paint(code.padEnd(18), red, colour)}${number(of).padStart(7)}  ${paint(plain(state.messages.get(code) ?? ''), dim, colour)}`,
    ),
    ...(rest > 0 && count > 1 ? [paint(`   and ${rest} more ${rest === 1 ? 'code' : 'codes'}`, dim, colour)] : []),
  ];
};

/** What the shop and ODP are reconciled with: of the last window that closed, purchases and revenue by currency. */
const summaryLines = ({ summary, topics }: DemoState, { colour }: Screen): string[] => {
  if (topics.summaries === null) return [];
  const name = paint('minute'.padEnd(10), bold, colour);
  if (summary === undefined) return [` ${name}${' '.repeat(9)}${paint('the first is still open', dim, colour)}`];
  const { start, end, currencies } = summary;
  const time = new Date(start).toISOString().slice(11, end - start < 60_000 ? 19 : 16);
  const sums = [...currencies].sort(([a], [b]) => (a < b ? -1 : 1));
  const each = sums.map(([currency, { revenue }]) => `${wholeAmount(revenue)} ${paint(plain(currency), dim, colour)}`);
  const purchases = sums.reduce((all, [, one]) => all + one.purchases, 0);
  return [
    ` ${name}${`${time}Z`.padEnd(9)}net ${each.join('  ')}   ${paint(`${number(purchases)} purchases`, dim, colour)}`,
  ];
};

const lagLines = ({ lag }: DemoState, { colour }: Screen): string[] => {
  const behind = lag.reduce((sum, one) => sum + one.behind, 0n);
  const each = lag.map(one => `${paint(`[${one.partition}]`, dim, colour)} ${number(one.behind)}`).join('  ');
  return [
    ` ${paint('lag', bold, colour)}${paint(number(behind).padStart(20), behind === 0n ? green : yellow, colour)}   ${each}`,
  ];
};

const addresses = ({ brokers, registry, topics }: DemoState, { colour }: Screen): string[] => {
  const line = (name: string, value: string) => ` ${paint(name.padEnd(10), dim, colour)}${value}`;
  const outputs = [topics.events, topics.failures, ...(topics.summaries === null ? [] : [topics.summaries])];
  return [
    line('broker', `${brokers}   ${paint('registry', dim, colour)} ${registry}`),
    line('topics', `${topics.sources} → ${commonTo(outputs)}`),
  ];
};

/** `odp.order-{events, failures}`: what names have in common, once. */
const commonTo = (names: readonly string[]): string => {
  const [first = ''] = names;
  let length = 0;
  while (length < first.length && names.every(name => name[length] === first[length])) length++;
  // Up to a mark, as names are made of words.
  const common = /^.*[.\-_]/.exec(first.slice(0, length))?.[0] ?? '';
  return common === '' ? names.join(', ') : `${common}{${names.map(name => name.slice(common.length)).join(', ')}}`;
};

const hintLines = ({ hints }: DemoState, { colour }: Screen): string[] => {
  if (hints.length === 0) return [];
  const width = Math.max(...hints.map(({ command }) => command.length));
  return [
    '',
    ` ${paint('look further', bold, colour)}${paint(' in another terminal', dim, colour)}`,
    ...hints.map(({ what, command }) => `   ${command.padEnd(width)}${paint(`  # ${what}`, dim, colour)}`),
  ];
};

/** The same in one line, for where nothing can be redrawn. */
export const demoLine = (state: DemoState): string => {
  const events = actions.map(action => `${action} ${number(state.byAction.get(action) ?? 0)}`).join(', ');
  const failures = [...state.byCode.values()].reduce((sum, of) => sum + of, 0);
  const behind = state.lag.reduce((sum, one) => sum + one.behind, 0n);
  return (
    `${duration(state.elapsedMs)}: produced ${number(state.produced)} (${number(Math.round(state.producedRate))}/s), ` +
    `accounted ${number(state.written)} (${number(Math.round(state.writtenRate))}/s), waiting ${number(state.held)}: ${events}, ` +
    `failures ${number(failures)}, duplicates ${number(state.duplicates)}, skipped ${number(state.skipped)}; lag ${number(behind)}`
  );
};
