/** How an outcome is shown: a line of JSON for programs, record and event side by side for people. */
import { Failure } from '../../pipeline/failure';
import { type BodySettings, bodyJson, toOdpBody } from '../../pipeline/order/body';
import type { Decoded } from '../../pipeline/order/mapping';
import type { OrderEvent } from '../../schemas/types';
import { bodySettingsOf } from '../connections';
import { painter, type Style, wantsColour } from '../paint';
import type { Settings } from '../settings/schema';
import { pad, visible, wrap } from './columns';
import { legible } from './legible';
import { type Previewed, SeenBefore } from './preview';

/** `{"event":{the ODP body}}` or `{"failure":{stage,code,message}}`; nothing of what was seen before. */
export const asJsonLine = ({ outcome }: Previewed, settings: BodySettings): string | undefined => {
  if (outcome instanceof SeenBefore) return undefined;
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

/** How a record is called and written for people. */
export interface Shown {
  readonly place: string;
  readonly record: Decoded | undefined;
}

const asRead = ({ source, record }: Previewed): Shown => ({
  place: `${source.topic}:${source.offset}`,
  record: record && legible(record),
});

/** Side by side where there is room, else one under the other. */
export const sideBySide = (
  previewed: Previewed,
  settings: BodySettings,
  screen: Screen,
  { place, record }: Shown = asRead(previewed),
): string => {
  const paint = painter(screen.colour);
  const { source, outcome } = previewed;
  const title = record ? `${place}  ${record.type}` : place;
  const left = record ? pretty(record.value) : [`(${source.value?.length ?? 0} bytes)`];
  const { heading, tone, body } = headed(outcome);
  const right = 'action' in body ? pretty(toOdpBody(body, settings)) : [visible(body.message)];

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
    return `${side}${paint('dim', gap)}${tone === 'red' || row === 0 ? paint(tone, text) : text}`.trimEnd();
  });
  return [...rows, ''].join('\n');
};

interface Headed {
  readonly heading: string;
  readonly tone: Style;
  readonly body: OrderEvent | { readonly message: string };
}

const headed = (outcome: Previewed['outcome']): Headed => {
  if (outcome instanceof Failure)
    return { heading: `failure ${outcome.stage}/${outcome.code}`, tone: 'red', body: outcome };
  if (outcome instanceof SeenBefore) {
    const message = `${JSON.stringify(outcome.factId)} tells nothing new of order ${JSON.stringify(outcome.orderId)}`;
    return { heading: 'seen before, no event', tone: 'yellow', body: { message } };
  }
  const { action, late, warnings, fact_ids } = outcome;
  const marks = [
    ...(late ? ['late'] : []),
    ...warnings.map(code => `warning ${code}`),
    ...(fact_ids.length > 1 ? [`of ${fact_ids.length} facts`] : []),
  ];
  const tone = late || warnings.length > 0 ? 'yellow' : 'green';
  return { heading: [`event ${action}`, ...marks].join(', '), tone, body: outcome };
};

/** JSON on several lines. */
const pretty = (value: object): string[] =>
  visible(JSON.stringify(value, (_, field: unknown) => (typeof field === 'bigint' ? `${field}` : field), 1)).split(
    '\n',
  );

/**
 * Prints each as it comes: JSON lines, or side by side as wide as the terminal is.
 * @param shownAs How the record is shown; as it was decoded where absent.
 */
export const teller = (
  settings: Settings,
  json: true | undefined,
  shownAs: (previewed: Previewed) => Shown = asRead,
): ((previewed: Previewed) => void) => {
  const body = bodySettingsOf(settings);
  const screen: Screen = {
    width: process.stdout.columns ?? 120,
    colour: wantsColour(),
  };
  return previewed => {
    const text = json ? asJsonLine(previewed, body) : sideBySide(previewed, body, screen, shownAs(previewed));
    if (text !== undefined) process.stdout.write(`${text}\n`);
  };
};
