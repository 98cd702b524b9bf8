/** Texts for a terminal: numbers, amounts and bars, their colours, and what fits. */

const grouped = new Intl.NumberFormat('en-US');
export const number = (value: number | bigint): string => grouped.format(value);

/** Yen have no decimals, the others two. */
export const amount = (total: number | null, currency: string): string => {
  if (total === null) return '';
  const places = currency === 'JPY' ? 0 : 2;
  return (total / 10_000).toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: 4 });
};

export const wholeAmount = (amount: number): string => number(Math.round(amount / 10_000));

/** `7s`, `3m 07s`, `2h 05m`. */
export const duration = (ms: number): string => {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds}s`;
  const two = (value: number) => String(value).padStart(2, '0');
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3_600)}h ${two(Math.floor(seconds / 60) % 60)}m`;
};

const eighths = '▁▂▃▄▅▆▇█';
export const sparkline = (rates: readonly number[]): string => {
  const most = Math.max(...rates, 1);
  return rates.map(rate => eighths[Math.min(7, Math.floor((rate / most) * 8))]).join('');
};

export const bars = (part: number, all: number, width: number): string => {
  if (part === 0 || all === 0) return '';
  return '█'.repeat(Math.max(1, Math.round((part / all) * width)));
};

const escapeSequence = '\u001b[';
export const paint = (text: string, code: number, colour: boolean): string =>
  colour && text !== '' ? `${escapeSequence}${code}m${text}${escapeSequence}0m` : text;

// biome-ignore lint/suspicious/noControlCharactersInRegex: what is not to reach the terminal
const controls = /[\u0000-\u001f\u007f-\u009f]+/g;
/** What was read from a topic must not move the cursor. */
export const plain = (text: string): string => text.replace(controls, ' ');

// biome-ignore lint/suspicious/noControlCharactersInRegex: our own colours
const painted = /\u001b\[\d+m/g;
export const pad = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - text.replace(painted, '').length));

/** To a width, colours not counted. */
export const cut = (line: string, width: number): string => {
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
