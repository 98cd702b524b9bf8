/** An event that a story expects: `- refund: { order_id: A, total: 10 }`, or as much of ODP's body as it is about. */
import { isMap, type Node, type YamlFile } from '../../connectors/mappings/document';
import type { Action } from '../../pipeline/order/action';
import { toMillis } from '../../pipeline/order/time';
import { isObject } from '../preview/fact-line';
import { valuesOf } from './values';

export interface ExpectedEvent {
  readonly place: string;
  readonly action: Action;
  readonly orderId: string;
  /** Of ODP's body, as much as the story says; null: not there. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly late: boolean;
  readonly warnings: readonly string[];
}

const ACTIONS: readonly string[] = ['purchase', 'return', 'refund', 'cancel'] satisfies Action[];
const BODY = ['type', 'action', 'identifiers', 'data'];
const MARKS = ['late', 'warnings'];

/** Empty where something is wrong with it, which is told. */
export const eventOf = (file: YamlFile, node: Node): ExpectedEvent[] => {
  const entries = file.entries(node, 'events', `an event: one of ${ACTIONS.join(', ')}, or ODP’s body`);
  if (!isMap(node)) return [];
  const told = file.problems.length;
  file.onlyKnown(entries, [...ACTIONS, ...BODY, 'ts', ...MARKS], 'events');
  const at = (field: string) => entries.find(({ key }) => key === field);
  const actions = entries.filter(({ key }) => ACTIONS.includes(key));
  const [short] = actions;
  const long = entries.find(({ key }) => ['action', 'data', 'type'].includes(key));
  const other = actions[1] ?? (short && long);
  if (other !== undefined)
    file.tell(other.keyNode, `events.${other.key}`, 'is a second event: give each an entry of its own');

  const given = { ...valuesOf(file, entries) };
  const data = short === undefined ? given.data : { order: given[short.key] };
  const action = short?.key ?? given.action;
  if (typeof action !== 'string' || !ACTIONS.includes(action))
    file.tell(at('action')?.node ?? node, 'events.action', `must be one of ${ACTIONS.join(', ')}`);
  const order = isObject(data) ? data.order : undefined;
  const orderId = isObject(order) ? order.order_id : undefined;
  if (typeof orderId !== 'string')
    file.tell(
      short?.node ?? at('data')?.node ?? node,
      'events.order_id',
      'is missing, or is no text: whose order it is',
    );
  const ts = secondsOf(given.ts ?? (isObject(data) ? data.ts : undefined));
  if (Number.isNaN(ts))
    file.tell(at('ts')?.node ?? node, 'events.ts', 'must be epoch seconds, or ISO 8601 with a zone');
  const { late = false, warnings = [] } = given;
  if (typeof late !== 'boolean') file.tell(at('late')?.node, 'events.late', 'must be true or false');
  if (!isTexts(warnings)) file.tell(at('warnings')?.node, 'events.warnings', 'must be a list of codes');
  if (file.problems.length > told) return [];
  const body = {
    ...(given.type !== undefined && { type: given.type }),
    ...(given.identifiers !== undefined && { identifiers: given.identifiers }),
    data: { ...(data as object), ...(ts !== undefined && { ts }) },
  };
  return [
    {
      place: file.placeOf(node),
      action: action as Action,
      orderId: orderId as string,
      body,
      late: late as boolean,
      warnings: warnings as string[],
    },
  ];
};

/** Epoch seconds, as ODP takes them, or ISO 8601; NaN where it is neither. */
const secondsOf = (ts: unknown): number | undefined => {
  if (ts === undefined) return undefined;
  return typeof ts === 'number' ? ts : Math.floor(toMillis(ts) / 1_000);
};

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every(each => typeof each === 'string');
