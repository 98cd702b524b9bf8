/**
 * What a lane and its writer must do, written once, run against memory and real Kafka. The pipeline trusts nothing else of
 * its source and its sink.
 */
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { defaultIfEmpty } from 'rxjs/operators';
import { toInbox } from '../../connectors/kafka/inbox';
import type { Batch, Header, Outcome, SourceRecord } from '../../pipeline/batch';
import { Failure, Rejection } from '../../pipeline/failure';
import type { Lane, OrderStates, Ports, Settlement } from '../../pipeline/ports';
import { unremembered } from '../../pipeline/settlement';
import type { OrderEvent, OrderState, OrderSummary } from '../../schemas/types';
import { orderEvent } from '../records';

export interface LaneOptions {
  readonly sources?: readonly string[];
  readonly startFrom?: 'earliest' | 'latest';
  readonly batchRecordsMax?: number;
  readonly acceptReset?: boolean;
  readonly restorePosition?: boolean;
  /** Of the state. */
  readonly shape?: string;
}

export interface OpenedLane {
  readonly lane: Lane & { stop(): void };
  readonly stage: Ports['stage'];
  readonly write: Ports['write'];
  readonly states: OrderStates;
  close(): Promise<void>;
}

/** One group over fresh topics, all with two partitions; `sources` are names of its topics. */
export interface LaneSubject {
  readonly inbox: string;
  readonly sources: readonly [string, string];
  produce(records: readonly Omit<SourceRecord, 'offset' | 'attempt'>[]): Promise<void>;
  open(lane: number, options?: LaneOptions): Promise<OpenedLane>;
  /** Order ids of the events, and codes with positions of the failures, that a `read_committed` reader sees, in order. */
  visible(): Promise<{ events: string[]; failures: string[]; summaries: string[] }>;
}

const now = 1_767_225_600_000;

/** Told apart by `newest`; with so many facts that wait. */
const orderState = (until: readonly number[], newest: number): OrderState => ({
  newest,
  ledger: null,
  waiting: until.map(ms => ({
    until: ms,
    late: false,
    came_late: false,
    record: {
      topic: 'orders',
      partition: 0,
      offset: BigInt(ms),
      timestamp: now,
      key: null,
      value: Buffer.from(`value ${ms}`),
      headers: [{ name: 'trace', value: null }],
      attempt: 1,
      arrived_on: null,
    },
  })),
  windows: [],
});

const summary = (start: number): OrderSummary => ({
  window_start: start,
  window_end: start + 60_000,
  lane: 0,
  currency: 'EUR',
  actions: [{ action: 'purchase', events: 1, orders: 1, revenue_effect: 432_000, late: 0 }],
  failures: { map: 2 },
});

type Pulled = Batch<SourceRecord> | undefined;
const pull = ({ lane }: OpenedLane): Promise<Pulled> =>
  lastValueFrom(lane.pull().pipe(defaultIfEmpty(undefined))) as Promise<Pulled>;

/** Pulls until so many records came; the batches as they came. */
const pullRecords = async (opened: OpenedLane, count: number): Promise<Batch<SourceRecord>[]> => {
  const batches: Batch<SourceRecord>[] = [];
  for (let pulls = 0; pulls < 500 && recordsOf(batches).length < count; pulls++) {
    const batch = await pull(opened);
    if (!batch) break;
    if (batch.outcomes.length > 0) batches.push(batch);
  }
  return batches;
};

const recordsOf = (batches: readonly Batch<SourceRecord>[]): SourceRecord[] =>
  batches.flatMap(({ outcomes }) => outcomes.map(outcome => (outcome as { value: SourceRecord }).value));

/** Every record an event of its key. */
const asEvents = (batch: Batch<SourceRecord>): Batch<OrderEvent> => ({
  ...batch,
  outcomes: batch.outcomes.map(
    (outcome): Outcome<OrderEvent> => ({ source: outcome.source, value: orderEvent(text(outcome.source.key)) }),
  ),
});

const write = (opened: OpenedLane, batch: Batch<OrderEvent>) => firstValueFrom(opened.write(unremembered(batch)));
const text = (bytes: Uint8Array | null) => (bytes ? Buffer.from(bytes).toString() : '');
const keys = (records: readonly SourceRecord[]) => records.map(({ key }) => text(key));

export const laneContract = (name: string, subject: () => Promise<LaneSubject>) =>
  describe(name, () => {
    const opened: OpenedLane[] = [];
    let kafka: LaneSubject;
    const open = async (lane: number, options?: LaneOptions) => {
      const one = await kafka.open(lane, options);
      opened.push(one);
      return one;
    };
    /** The next life of the lane. */
    const reopened = async (one: OpenedLane) => {
      await one.close();
      return open(0);
    };
    const record = (key: string, more: Partial<Omit<SourceRecord, 'offset'>> = {}) => ({
      topic: kafka.sources[0],
      partition: 0,
      timestamp: now,
      key: Buffer.from(key),
      value: Buffer.from(`value of ${key}`),
      headers: [] as Header[],
      ...more,
    });

    beforeEach(async () => {
      kafka = await subject();
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map(one => one.close()));
    });

    test('a record comes as it was produced, and knows where it stood', async () => {
      const headers = [
        { name: 'trace', value: Buffer.from('ü') },
        { name: 'trace', value: null },
      ];
      await kafka.produce([record('A', { headers }), record('B', { key: null, value: null })]);
      const [a, b] = recordsOf(await pullRecords(await open(0), 2));
      expect(a).toMatchObject({
        topic: kafka.sources[0],
        partition: 0,
        offset: 0n,
        timestamp: 1_767_225_600_000,
        attempt: 1,
      });
      expect([text(a!.key), text(a!.value)]).toEqual(['A', 'value of A']);
      expect(a!.headers.map(h => [h.name, h.value && text(h.value)])).toEqual([
        ['trace', 'ü'],
        ['trace', null],
      ]);
      expect([b!.offset, b!.key, b!.value]).toEqual([1n, null, null]);
    });

    test('a lane has the partition of its number of every source topic, each in its order', async () => {
      const [first, second] = kafka.sources;
      const of = (topic: string, partition: number, names: string) =>
        [...names].map(key => record(key, { topic, partition }));
      await kafka.produce([...of(first, 0, 'abc'), ...of(first, 1, 'xyz'), ...of(second, 0, 'def')]);
      const records = recordsOf(await pullRecords(await open(0, { sources: [first, second] }), 6));
      expect(keys(records.filter(({ topic }) => topic === first))).toEqual(['a', 'b', 'c']);
      expect(keys(records.filter(({ topic }) => topic === second))).toEqual(['d', 'e', 'f']);
      expect(records.every(({ partition }) => partition === 0)).toBe(true);
    });

    test('with nothing to read a pull is an empty batch: time passes and the position stands', async () => {
      const lane = await open(0);
      const batch = await pull(lane);
      expect(batch?.outcomes).toEqual([]);
      expect(batch?.position.offsets).toEqual(lane.lane.start.offsets);
    });

    test('a batch is bounded; what is left comes with the next pulls', async () => {
      await kafka.produce([...'abcdefg'].map(key => record(key)));
      const batches = await pullRecords(await open(0, { batchRecordsMax: 3 }), 7);
      expect(batches.map(({ outcomes }) => outcomes.length).every(length => length <= 3)).toBe(true);
      expect(keys(recordsOf(batches))).toEqual([...'abcdefg']);
      expect(batches.at(-1)?.position.offsets.get(kafka.sources[0])).toBe(7n);
    });

    test('a batch in parts is written with its last one: before that nothing is seen, and nothing has moved', async () => {
      await kafka.produce([...'abcdef'].map(key => record(key)));
      const first = await open(0, { batchRecordsMax: 2 });
      const batches = await pullRecords(first, 6);
      const parts = batches.slice(0, -1).map(asEvents);
      for (const part of parts)
        await firstValueFrom(first.stage(unremembered({ ...part, moment: { ...part.moment, more: true } })));
      expect((await kafka.visible()).events).toEqual([]);
      const written = await write(first, asEvents(batches.at(-1)!));
      expect(written).toMatchObject({ records: 6, events: 6, failures: 0, byAction: new Map([['purchase', 6]]) });
      expect((await kafka.visible()).events).toEqual([...'abcdef']);
      // What was staged is another's to do once its lane has gone.
      await kafka.produce([record('g'), record('h')]);
      const [more] = await pullRecords(first, 1);
      const part = asEvents(more!);
      await firstValueFrom(first.stage(unremembered({ ...part, moment: { ...part.moment, more: true } })));
      await first.close();
      expect(keys(recordsOf(await pullRecords(await open(0), 2)))).toEqual(['g', 'h']);
      expect((await kafka.visible()).events).toEqual([...'abcdef']);
    });

    test('what is written moves the position; what is only pulled does not', async () => {
      await kafka.produce([...'abcdef'].map(key => record(key)));
      const first = await open(0, { batchRecordsMax: 2 });
      const [batch] = await pullRecords(first, 1);
      const written = await write(first, asEvents(batch!));
      expect(written).toMatchObject({
        lane: 0,
        records: batch!.outcomes.length,
        events: batch!.outcomes.length,
        failures: 0,
      });
      await pull(first);
      await first.close();
      const rest = recordsOf(await pullRecords(await open(0), 6 - batch!.outcomes.length));
      expect(keys(rest)).toEqual([...'abcdef'].slice(batch!.outcomes.length));
      expect((await kafka.visible()).events).toEqual([...'abcdef'].slice(0, batch!.outcomes.length));
    });

    test('events and failures become visible together, each in the order of the lane', async () => {
      await kafka.produce([...'abcd'].map(key => record(key)));
      const lane = await open(0);
      const [batch] = await pullRecords(lane, 4);
      const mixed = asEvents(batch!).outcomes.map((outcome, index) =>
        index % 2 === 0 ? outcome : new Failure('map', new Rejection('no_items', 'Cannot map'), outcome.source),
      );
      const written = await write(lane, { ...asEvents(batch!), outcomes: mixed });
      expect(written).toMatchObject({ events: 2, failures: 2 });
      expect([...written.byAction]).toEqual([['purchase', 2]]);
      expect([...written.byCode]).toEqual([['no_items', 2]]);
      expect(await kafka.visible()).toMatchObject({ events: ['a', 'c'], failures: ['no_items@1', 'no_items@3'] });
    });

    test('the run of failures is kept with the position', async () => {
      await kafka.produce([record('a')]);
      const lane = await open(0);
      const [batch] = await pullRecords(lane, 1);
      await write(lane, { ...asEvents(batch!), position: { ...batch!.position, failuresInARow: 41 } });
      await lane.close();
      expect((await open(0)).lane.start.failuresInARow).toBe(41);
    });

    test('a second owner fences the first: its write is refused and leaves nothing', async () => {
      await kafka.produce([...'ab'].map(key => record(key)));
      const zombie = await open(0);
      const [batch] = await pullRecords(zombie, 2);
      const owner = await open(0);
      await expect(write(zombie, asEvents(batch!))).rejects.toThrow();
      expect(await kafka.visible()).toEqual({ events: [], failures: [], summaries: [] });
      const [again] = await pullRecords(owner, 2);
      await write(owner, asEvents(again!));
      expect((await kafka.visible()).events).toEqual(['a', 'b']);
    });

    test('what is remembered changes with the write, and comes back with the next life of the lane', async () => {
      await kafka.produce([...'ab'].map(key => record(key)));
      const first = await open(0);
      const [batch] = await pullRecords(first, 2);
      const changes = new Map([
        ['quiet', orderState([], 1)],
        ['waiting', orderState([1, 2], 2)],
        ['gone', orderState([], 3)],
      ]);
      await firstValueFrom(first.write({ ...unremembered(asEvents(batch!)), changes }));
      const more = new Map([
        ['quiet', orderState([], 4)],
        ['gone', undefined],
      ]);
      const rest = { ...batch!, outcomes: [] };
      await firstValueFrom(first.write({ ...unremembered(rest), changes: more }));
      for (const next of [async () => first, () => reopened(first)]) {
        const { states } = await next();
        const found = await firstValueFrom(states.load(['quiet', 'waiting', 'gone', 'never']));
        expect([...found.keys()].sort()).toEqual(['quiet', 'waiting']);
        expect(found.get('quiet')).toMatchObject(orderState([], 4));
      }
      const again = opened.at(-1)!;
      expect([...(await firstValueFrom(again.states.waiting())).keys()]).toEqual(['waiting']);
      const [waiting] = (await firstValueFrom(again.states.waiting())).values();
      expect(waiting?.waiting.map(({ until, record: { value } }) => [until, text(value)])).toEqual([
        [1, 'value 1'],
        [2, 'value 2'],
      ]);
    });

    test('what a part changed is there for the next, and with the write: an order that changes again is as it was left last', async () => {
      await kafka.produce([...'ab'].map(key => record(key)));
      const first = await open(0);
      const [batch] = await pullRecords(first, 2);
      const written = new Map([
        ['gone', orderState([], 1)],
        ['kept', orderState([], 1)],
      ]);
      const nothing = { ...batch!, outcomes: [] };
      await firstValueFrom(first.write({ ...unremembered(asEvents(batch!)), changes: written }));
      const part = (changes: Settlement['changes']) =>
        first.stage({ ...unremembered(nothing), moment: { ...nothing.moment, more: true }, changes });
      const newest = async (lane: OpenedLane) =>
        [...(await firstValueFrom(lane.states.load(['once', 'twice', 'gone', 'kept'])))]
          .map(([orderId, { newest }]) => `${orderId} ${newest}`)
          .sort();
      await firstValueFrom(
        part(
          new Map([
            ['once', orderState([], 2)],
            ['twice', orderState([], 2)],
            ['gone', undefined],
          ]),
        ),
      );
      expect(await newest(first)).toEqual(['kept 1', 'once 2', 'twice 2']);
      await firstValueFrom(part(new Map([['twice', orderState([], 3)]])));
      expect(await newest(first)).toEqual(['kept 1', 'once 2', 'twice 3']);
      const last = new Map([['twice', orderState([], 4)]]);
      await firstValueFrom(first.write({ ...unremembered(nothing), changes: last }));
      expect(await newest(first)).toEqual(['kept 1', 'once 2', 'twice 4']);
      await firstValueFrom(part(new Map([['kept', orderState([], 9)]]))); // is another's to do once its lane has gone
      expect(await newest(await reopened(first))).toEqual(['kept 1', 'once 2', 'twice 4']);
    });

    test('event time and open summaries are kept with the position; closed ones become visible', async () => {
      await kafka.produce([record('a')]);
      const lane = await open(0);
      const [batch] = await pullRecords(lane, 1);
      const time = { watermark: now - 5_000, topics: [{ topic: kafka.sources[0], newest: now }] };
      const position = { ...batch!.position, time, summaries: [summary(now)] };
      await firstValueFrom(
        lane.write({ ...unremembered({ ...asEvents(batch!), position }), summaries: [summary(now - 60_000)] }),
      );
      expect((await kafka.visible()).summaries).toEqual([`${now - 60_000} EUR 0`]);
      expect((await reopened(lane)).lane.start).toEqual(position);
    });

    test('a fenced write changes nothing of what is remembered', async () => {
      await kafka.produce([record('a')]);
      const zombie = await open(0);
      const [batch] = await pullRecords(zombie, 1);
      const owner = await open(0);
      const changes = new Map([['a', orderState([], 1)]]);
      await expect(
        firstValueFrom(zombie.write({ ...unremembered(asEvents(batch!)), changes, summaries: [summary(now)] })),
      ).rejects.toThrow();
      expect((await firstValueFrom(owner.states.load(['a']))).size).toBe(0);
      expect((await firstValueFrom((await reopened(owner)).states.load(['a']))).size).toBe(0);
      expect((await kafka.visible()).summaries).toEqual([]);
    });

    test('lanes share nothing: another lane of the group is not fenced', async () => {
      await kafka.produce([record('a'), record('b', { partition: 1 })]);
      const [zero, one] = [await open(0), await open(1)];
      const [[a], [b]] = [await pullRecords(zero, 1), await pullRecords(one, 1)];
      await write(zero, asEvents(a!));
      await write(one, asEvents(b!));
      expect((await kafka.visible()).events.sort()).toEqual(['a', 'b']);
    });

    test.each<['earliest' | 'latest', string[]]>([
      ['earliest', ['old', 'new']],
      ['latest', ['new']],
    ])('a lane without a position begins at the %s record', async (startFrom, expected) => {
      await kafka.produce([record('old')]);
      const lane = await open(0, { startFrom });
      await kafka.produce([record('new')]);
      expect(keys(recordsOf(await pullRecords(lane, expected.length)))).toEqual(expected);
    });

    test('where a lane began is kept: what comes before its first write is not skipped by a restart', async () => {
      await kafka.produce([record('old')]);
      const crashed = await open(0, { startFrom: 'latest' });
      await kafka.produce([record('meanwhile')]);
      await crashed.close();
      const lane = await open(0, { startFrom: 'latest' });
      expect(lane.lane.start).toEqual(crashed.lane.start);
      expect(keys(recordsOf(await pullRecords(lane, 1)))).toEqual(['meanwhile']);
    });

    test('records of several topics come in the order of their timestamps, however much one has', async () => {
      const [first, second] = kafka.sources;
      const timed = (key: string, timestamp: number, topic: string) =>
        record(key, { timestamp: now + timestamp, topic });
      await kafka.produce([
        ...[...'abcdef'].map((key, index) => timed(key, 10 * index, first)),
        ...[...'xyz'].map((key, index) => timed(key, 10 * index + 25, second)),
      ]);
      const lane = await open(0, { sources: [first, second], batchRecordsMax: 2 });
      expect(keys(recordsOf(await pullRecords(lane, 9))).join('')).toBe('abcxdyezf');
    });

    test('a stopped lane ends: the pull that waits and every later one complete empty', async () => {
      const lane = await open(0);
      const waiting = pull(lane);
      lane.lane.stop();
      expect(await waiting).toBeUndefined();
      expect(await pull(lane)).toBeUndefined();
    });

    test('a record that came by the inbox stands where it first stood', async () => {
      const { inbox } = kafka;
      const original: SourceRecord = { ...record('A'), offset: 77n, partition: 1, attempt: 1 };
      await kafka.produce([record('A', { topic: inbox, headers: toInbox(original, 2) })]);
      const [batch] = await pullRecords(await open(0, { sources: [kafka.sources[0], inbox] }), 1);
      expect(recordsOf([batch!])[0]).toMatchObject({
        topic: kafka.sources[0],
        partition: 1,
        offset: 77n,
        attempt: 2,
        headers: [],
      });
      expect(batch!.position.offsets.get(inbox)).toBe(1n);
    });
  });
