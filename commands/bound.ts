/** From where, or to where, as a command line says it. */
import type { Edge } from '../connectors/kafka/offsets';
import { toMillis } from '../pipeline/order/time';

/** `earliest`, `end`, or a time of records: ISO 8601 with its zone, or a day, which begins at midnight UTC. Undefined: none of these. */
export const boundOf = (text: string): Extract<Edge, 'earliest' | 'end' | number> | undefined => {
  if (text === 'earliest' || text === 'end') return text;
  const time = toMillis(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  return Number.isNaN(time) ? undefined : time;
};
