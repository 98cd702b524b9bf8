/** What the demo shows, as a pure function of what is known: lines that fit the terminal, most important first. */
import type { Action } from '../../schemas/types';

export interface DemoState {
  readonly phase: 'starting' | 'running' | 'stopping' | 'stopped';
  /** Since the first record, ms. */
  readonly elapsedMs: number;
  readonly produced: number;
  /** Records accounted for by writes: events, failures and skipped ones. */
  readonly written: number;
  readonly skipped: number;
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
  readonly topics: { readonly sources: string; readonly events: string; readonly failures: string };
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
  const bottom = ['', ...lagLines(state, screen), ...(stopped ? [] : ['', ...addresses(state, screen)])];
  const hints = stopped ? [] : hintLines(state, screen);
  // What is in the middle takes the room there is: the two lists share it.
  const room = rows - top.length - bottom.length - 2;
  const withHints = room - hints.length >= 9;
  const middle = Math.max(0, withHints ? room - hints.length : room);
  const eventRows = Math.min(Math.max(actions.length + 1, middle - 2 - state.byCode.size), 12, middle);
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
  ];
};

/** Left: events by action. Right: the newest ones. */
const eventLines = (state: DemoState, { columns, colour }: Screen, count: number): string[] => {
  if (count === 0) return [];
  const events = actions.reduce((sum, action) => sum + (state.byAction.get(action) ?? 0), 0);
  const left = [
    ` ${paint('events', bold, colour)}${number(events).padStart(17)}`,
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
  const skipped =
    state.skipped === 0 ? '' : paint(`   (and ${number(state.skipped)} empty values skipped)`, dim, colour);
  const head = ` ${paint('failures', bold, colour)}${number(sum).padStart(15)}${skipped}`;
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

const lagLines = ({ lag }: DemoState, { colour }: Screen): string[] => {
  const behind = lag.reduce((sum, one) => sum + one.behind, 0n);
  const each = lag.map(one => `${paint(`[${one.partition}]`, dim, colour)} ${number(one.behind)}`).join('  ');
  return [
    ` ${paint('lag', bold, colour)}${paint(number(behind).padStart(20), behind === 0n ? green : yellow, colour)}   ${each}`,
  ];
};

const addresses = ({ brokers, registry, topics }: DemoState, { colour }: Screen): string[] => {
  const line = (name: string, value: string) => ` ${paint(name.padEnd(10), dim, colour)}${value}`;
  return [
    line('broker', brokers),
    line('registry', registry),
    line('topics', `${topics.sources} → ${topics.events}, ${topics.failures}`),
  ];
};

const hintLines = ({ hints }: DemoState, { colour }: Screen): string[] =>
  hints.length === 0
    ? []
    : [
        '',
        ` ${paint('look further', bold, colour)}${paint(' in another terminal', dim, colour)}`,
        ...hints.map(({ what, command }) => `   ${command.padEnd(hintWidth)}${paint(`  # ${what}`, dim, colour)}`),
      ];

const hintWidth = 52;

/** The same in one line, for where nothing can be redrawn. */
export const demoLine = (state: DemoState): string => {
  const events = actions.map(action => `${action} ${number(state.byAction.get(action) ?? 0)}`).join(', ');
  const failures = [...state.byCode.values()].reduce((sum, of) => sum + of, 0);
  const behind = state.lag.reduce((sum, one) => sum + one.behind, 0n);
  return (
    `${duration(state.elapsedMs)}: produced ${number(state.produced)} (${number(Math.round(state.producedRate))}/s), ` +
    `accounted ${number(state.written)} (${number(Math.round(state.writtenRate))}/s): ${events}, ` +
    `failures ${number(failures)}, skipped ${number(state.skipped)}; lag ${number(behind)}`
  );
};

const grouped = new Intl.NumberFormat('en-US');
const number = (value: number | bigint): string => grouped.format(value);

/** Yen have no decimals, the others two. */
const amount = (total: number | null, currency: string): string => {
  if (total === null) return '';
  const places = currency === 'JPY' ? 0 : 2;
  return (total / 10_000).toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: 4 });
};

/** `7s`, `3m 07s`, `2h 05m`. */
export const duration = (ms: number): string => {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds}s`;
  const two = (value: number) => String(value).padStart(2, '0');
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3_600)}h ${two(Math.floor(seconds / 60) % 60)}m`;
};

const eighths = '▁▂▃▄▅▆▇█';
const sparkline = (rates: readonly number[]): string => {
  const most = Math.max(...rates, 1);
  return rates.map(rate => eighths[Math.min(7, Math.floor((rate / most) * 8))]).join('');
};

const bars = (part: number, all: number, width: number): string => {
  if (part === 0 || all === 0) return '';
  return '█'.repeat(Math.max(1, Math.round((part / all) * width)));
};

const escapeSequence = '\u001b[';
const paint = (text: string, code: number, colour: boolean): string =>
  colour && text !== '' ? `${escapeSequence}${code}m${text}${escapeSequence}0m` : text;

// biome-ignore lint/suspicious/noControlCharactersInRegex: what is not to reach the terminal
const controls = /[\u0000-\u001f\u007f-\u009f]+/g;
/** What was read from a topic must not move the cursor. */
const plain = (text: string): string => text.replace(controls, ' ');

// biome-ignore lint/suspicious/noControlCharactersInRegex: our own colours
const painted = /\u001b\[\d+m/g;
const pad = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - text.replace(painted, '').length));

/** To a width, colours not counted. */
const cut = (line: string, width: number): string => {
  if (line.replace(painted, '').length <= width) return line;
  let result = '';
  let visible = 0;
  let coloured = false;
  for (let at = 0; at < line.length && visible < width - 1; ) {
    if (line.startsWith(escapeSequence, at)) {
      const end = line.indexOf('m', at) + 1;
      result += line.slice(at, end);
      coloured = line.slice(at, end) !== `${escapeSequence}0m`;
      at = end;
    } else {
      result += line[at++];
      visible++;
    }
  }
  return `${result}…${coloured ? `${escapeSequence}0m` : ''}`;
};
