/** How an outcome is shown: a line of JSON for programs, record and event side by side for people. */
import { styleText } from 'node:util';
import { Failure } from '../../pipeline/failure';
import { type BodySettings, bodyJson, toOdpBody } from '../../pipeline/order/body';
import type { Decoded } from '../../pipeline/order/mapping';
import { bodySettingsOf } from '../connections';
import type { Settings } from '../settings/schema';
import { legible } from './legible';
import type { Previewed } from './preview';

/** `{"event":{the ODP body}}` or `{"failure":{stage,code,message}}`. */
export const asJsonLine = ({ outcome }: Previewed, settings: BodySettings): string => {
  if (!(outcome instanceof Failure)) return `{"event":${bodyJson(outcome, settings)}}`;
  const { stage, code, message } = outcome;
  return JSON.stringify({ failure: { stage, code, message } });
};

export interface Screen {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
}

const narrowest = 72;
const gap = ' │ ';

/** Side by side where there is room, else one under the other. */
export const sideBySide = ({ source, record, outcome }: Previewed, settings: BodySettings, screen: Screen): string => {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    screen.colour ? styleText(style, text, { validateStream: false }) : text;
  const failed = outcome instanceof Failure;
  const place = `${source.topic}:${source.offset}`;
  const title = record ? `${place}  ${record.type}` : place;
  const left = record ? pretty(record.value) : [`(${source.value?.length ?? 0} bytes)`];
  const heading = failed ? `failure ${outcome.stage}/${outcome.code}` : `event ${outcome.action}`;
  const right = failed ? [outcome.message] : pretty(toOdpBody(outcome, settings));
  const tone = failed ? 'red' : 'green';

  if (screen.width < narrowest) {
    const rows = [...left, paint(tone, heading), ...right.flatMap(line => wrap(line, screen.width))];
    return [paint('bold', title), ...rows, ''].join('\n');
  }
  const column = Math.floor((screen.width - gap.length) / 2);
  const heads = wrap(title, column);
  const lefts = [...heads, ...left.flatMap(line => wrap(line, column))];
  const rights = [heading, ...right.flatMap(line => wrap(line, column))];
  const rows = Array.from({ length: Math.max(lefts.length, rights.length) }, (_, row) => {
    const text = rights[row] ?? '';
    const padded = pad(lefts[row] ?? '', column);
    const side = row < heads.length ? paint('bold', padded) : padded;
    return `${side}${paint('dim', gap)}${failed || row === 0 ? paint(tone, text) : text}`.trimEnd();
  });
  return [...rows, ''].join('\n');
};

/** JSON on several lines; what people may not see through (terminal controls, changes of direction) is escaped. */
const pretty = (value: object): string[] =>
  JSON.stringify(value, (_, field: unknown) => (typeof field === 'bigint' ? `${field}` : field), 1)
    .replace(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escaped)
    .split('\n');

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Cut to the width, the rest further in than the line. */
const wrap = (line: string, width: number): string[] => {
  const indent = ' '.repeat(Math.min(line.search(/\S|$/) + 2, Math.floor(width / 2)));
  const rows: string[] = [];
  let row = '';
  let used = 0;
  for (const character of line) {
    const columns = columnsOf(character);
    if (used + columns > width) {
      rows.push(row);
      row = indent;
      used = indent.length;
    }
    row += character;
    used += columns;
  }
  return [...rows, row];
};

const pad = (text: string, width: number): string => {
  let used = 0;
  for (const character of text) used += columnsOf(character);
  return text + ' '.repeat(Math.max(0, width - used));
};

/** East Asian wide characters and pictures take two columns, combining marks none. */
const columnsOf = (character: string): number => {
  if (character < '\u0300') return 1;
  if (/\p{Mark}|\u200d/u.test(character)) return 0;
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u.test(
    character,
  )
    ? 2
    : 1;
};

/**
 * Prints each as it comes: JSON lines, or side by side as wide as the terminal is.
 * @param recordOf How the record is shown; as it was decoded where absent.
 */
export const teller = (
  settings: Settings,
  json: true | undefined,
  recordOf = ({ record }: Previewed): Decoded | undefined => record && legible(record),
): ((previewed: Previewed) => void) => {
  const body = bodySettingsOf(settings);
  const screen: Screen = {
    width: process.stdout.columns ?? 120,
    colour: Boolean(process.stdout.isTTY) && !process.env.NO_COLOR,
  };
  return previewed => {
    const text = json
      ? asJsonLine(previewed, body)
      : sideBySide({ ...previewed, record: recordOf(previewed) }, body, screen);
    process.stdout.write(`${text}\n`);
  };
};
