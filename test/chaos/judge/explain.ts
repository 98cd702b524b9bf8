/** Of a few orders that are not right, everything that stands of them on all topics, in the order of the topics: for people. */
import { FRAME_BYTES } from '../../../connectors/registry/decode';
import { headerName, sources, topics } from '../topics';
import { committed } from './committed';
import { readerOf } from './reading';

const tellMax = 8;

/** @param orderIds Of many the first are told. */
export const explain = async (brokers: readonly string[], orderIds: Iterable<string>): Promise<string[]> => {
  const told = new Map([...new Set(orderIds)].slice(0, tellMax).map(id => [id, [] as string[]]));
  if (told.size === 0) return [];
  const readEvent = readerOf('odp.OrderEvent');
  const readFailure = readerOf('odp.OrderFailure');
  const readState = readerOf('odp.state.OrderState');
  const words: Record<string, (value: Buffer) => string> = {
    [topics.events]: value => {
      const { action, fact_ids, total, tax, occurred_at, late } = readEvent(value);
      return `${action} ${fact_ids} ${total} tax ${tax}, of ${time(occurred_at)}${late ? ', late' : ''}`;
    },
    [topics.failures]: value => {
      const { stage, code, source } = readFailure(value);
      return `${stage}/${code} of ${source.topic}[${source.partition}] at ${source.offset}`;
    },
    [topics.state]: value => {
      const { ledger, waiting, windows } = readState(value);
      const ids = (records: readonly { readonly offset: bigint }[]) => records.map(({ offset }) => offset).join(' ');
      return (
        `seen ${ledger?.seen.map(({ fact_id }) => fact_id)}; ` +
        `waiting ${waiting.map(({ record, until, late }) => `${record.offset}${late ? ' late' : ''} until ${time(until)}`)}; ` +
        `windows ${windows.map(({ start, end, records }) => `${time(start)}–${time(end)}: ${ids(records)}`)}`
      );
    },
  };
  for (const topic of [...sources, topics.events, topics.failures, topics.state])
    for await (const { partition, offset, key, value, timestamp, header } of committed(brokers, topic)) {
      const lines = told.get(key?.toString() ?? '');
      if (lines === undefined) continue;
      const what = value === null || value.length < FRAME_BYTES ? 'nothing' : words[topic]?.(value);
      lines.push(`  ${topic}[${partition}] at ${offset}, ${time(timestamp)}: ${what ?? header(headerName)}`);
    }
  return [...told].flatMap(([id, lines]) => [`order ${id}:`, ...lines]);
};

const time = (ms: number) =>
  Number.isFinite(ms) && Math.abs(ms) < 8e15 ? new Date(ms).toISOString().slice(11, 23) : String(ms);
