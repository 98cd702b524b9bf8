/** One order with all that may wait of it, under the bounds that `run` makes of its settings: its state is one record. */
import { memorySettingsOf } from '../../commands/connections';
import { loadSettings } from '../../commands/settings/load';
import type { Settings } from '../../commands/settings/schema';
import type { Entry } from '../../pipeline/batch';
import type { Fact } from '../../pipeline/order/fact';
import type { MemorySettings } from '../../pipeline/order/memory';
import { recordBytes } from '../../pipeline/order/window';
import type { OrderState } from '../../schemas/types';
import { record } from '../driver';
import { entryOf } from '../pipeline/order/ledger/story';
import { stepwise } from '../pipeline/order/stepwise';
import { memoryCodec } from '../state-codec';

const RECORD_BYTES_MAX = 100_000;
const settings = loadSettings({
  env: {
    ODP_ORDERS_KAFKA_RECORD_BYTES_MAX: String(RECORD_BYTES_MAX),
    ODP_ORDERS_WINDOW_HELD_BYTES_PER_ORDER_MAX: '10000000',
    ODP_ORDERS_LEDGER_BYTES_PER_ORDER_MAX: '10000000',
    ODP_ORDERS_LEDGER_FACTS_PER_ORDER_MAX: '1000',
  },
}) as Settings;
const topics = ['near', 'far'];

const memory = memorySettingsOf(settings, topics) as MemorySettings;

let offset = 0;
const refund = (orderId: string, occurredAt: number, topic: string, headerBytes: number): Entry<Fact> => ({
  ...entryOf({ kind: 'refunded', orderId, eventId: `R${offset}`, occurredAt, total: 1 as never }),
  source: {
    ...record(offset++),
    topic,
    value: new Uint8Array(170),
    headers: headerBytes === 0 ? [] : [{ name: 'trace', value: new Uint8Array(headerBytes) }],
  },
});

test.each([[0], [10], [1_300]])('is written whole, with headers of %d bytes', headerBytes => {
  const settle = stepwise(memory);
  const codec = memoryCodec();
  const asManyAsWait = Math.floor(
    memory.window.heldBytesPerOrderMax / recordBytes(refund('A', 0, 'near', headerBytes)),
  );
  const hot = (from: number, topic: string) =>
    Array.from({ length: asManyAsWait }, (_, index) => refund('A', from + index, topic, headerBytes));
  const moved = (at: number, to: readonly string[]) => to.map(topic => refund(`M${at}`, at, topic, 0));
  const states = [
    ...[hot(0, 'near'), moved(100_000, topics)], // these wait for their purchase,
    ...[hot(120_000, 'far'), moved(300_000, ['near'])], // these for the end of their window,
    hot(200_000, 'near'), // and these, late, until the other topic has come as far.
  ].map(entries => settle(entries).changes.get('A') as OrderState | undefined);
  const last = states.at(-1);
  const kinds = [
    last?.windows.length,
    last?.waiting.filter(({ late }) => late).length,
    last?.waiting.filter(({ late }) => !late).length,
  ];
  expect(Math.min(...kinds.map(Number))).toBeGreaterThan(0);
  const bytes = states.map(state => (state ? codec.encode(state).length : 0));
  expect(Math.max(...bytes)).toBeLessThan(RECORD_BYTES_MAX - 1_024);
});
