/** What a store of a lane must do, written once, run against memory and disk. */
import fc from 'fast-check';
import type { StateStore } from '../../connectors/state/store';
import { memoryCodec } from '../state-codec';
import { changesOf } from './changes';

export interface StoreSubject {
  open(): Promise<StateStore>;
}

const codec = memoryCodec();
const aged = (newest: number) => Buffer.from(codec.encode({ newest, ledger: null, waiting: [], windows: [] }));

/** More than any test puts. */
const whole = 100_000;

export const contentOf = async (store: StateStore): Promise<Map<string, string>> => {
  await store.next(whole); // to the end, wherever it was
  return new Map((await store.next(whole)).map(([orderId, state]) => [orderId, String(state)]));
};

export const storeContract = (name: string, subject: () => StoreSubject) =>
  describe(name, () => {
    let store: StateStore;
    beforeEach(async () => {
      store = await subject().open();
    });
    afterEach(() => store.close());

    const put = (changes: Record<string, string | undefined>) =>
      store.put(
        changesOf(
          Object.entries(changes).map(([orderId, state]) => [
            orderId,
            state === undefined ? undefined : Buffer.from(state),
            false,
          ]),
        ),
      );
    const get = async (...orderIds: string[]) =>
      (await store.get(orderIds)).map(bytes => (bytes === undefined ? undefined : String(bytes)));

    test('what was put is answered in the order asked, and nothing else', async () => {
      await put({ A: 'a', B: 'b' });
      expect(await get('B', 'C', 'A', 'B')).toEqual(['b', undefined, 'a', 'b']);
      expect(await get()).toEqual([]);
    });

    test('a later put takes the place of an earlier; undefined removes', async () => {
      await put({ A: 'a', B: 'b' });
      await put({ A: 'other', B: undefined, C: undefined });
      expect(await get('A', 'B', 'C')).toEqual(['other', undefined, undefined]);
      expect(await contentOf(store)).toEqual(new Map([['A', 'other']]));
    });

    test('bytes are bytes, and ids are text of any kind', async () => {
      const bytes = Buffer.from([0, 1, 127, 128, 255, 10, 0]);
      await store.put(
        changesOf([
          ['ü/\u0000x', bytes, true],
          ['empty', Buffer.alloc(0), false],
        ]),
      );
      expect(await store.get(['ü/\u0000x', 'empty', 'ü/'])).toEqual([bytes, Buffer.alloc(0), undefined]);
      expect(await store.waiting()).toEqual(['ü/\u0000x']);
    });

    test('the bytes given may be reused', async () => {
      const bytes = Buffer.from('first');
      await store.put(changesOf([['A', bytes, false]]));
      bytes.fill('x');
      expect(await get('A')).toEqual(['first']);
    });

    test('orders in which something waits are known, until their put says otherwise', async () => {
      const a = Buffer.from('a');
      await store.put(
        changesOf([
          ['A', a, true],
          ['B', a, true],
          ['C', a, false],
          ['D', a, true],
        ]),
      );
      await store.put(
        changesOf([
          ['B', a, false],
          ['C', a, true],
          ['D', undefined, false],
        ]),
      );
      expect([...(await store.waiting())].sort()).toEqual(['A', 'C']);
    });

    test('some more at each call: all come up, and then again', async () => {
      await put({ A: 'a', B: 'b', C: 'c', D: 'd', E: 'e' });
      const seen: string[] = [];
      for (let call = 0; call < 6; call++) seen.push(...(await store.next(2)).map(([orderId]) => orderId));
      for (const orderId of 'ABCDE') expect(seen.filter(one => one === orderId).length).toBeGreaterThanOrEqual(2);
      expect((await store.next(2)).length).toBeLessThanOrEqual(2);
    });

    test('those that are not older are looked at and not answered', async () => {
      const ages = { A: 60_001, B: 59_999, C: 120_000, D: 60_000, E: -1, F: Date.UTC(9999, 11, 31), G: 0 };
      const put = (newest: Record<string, number>) =>
        store.put(changesOf(Object.entries(newest).map(([orderId, ms]) => [orderId, aged(ms), false])));
      await put({ ...ages, A: 1, B: 999_999 });
      await put(ages);
      const older = async (before: number) => {
        await store.next(whole, Number.NEGATIVE_INFINITY); // to the end
        const calls = [await store.next(4, before), await store.next(4, before)];
        const found = calls.flat().map(([orderId, state]) => [orderId, codec.decode(state).newest]);
        return Object.fromEntries(found.sort());
      };
      expect(await older(60_001)).toEqual({ B: 59_999, D: 60_000, E: -1, G: 0 });
      expect(await older(60_000)).toEqual({ B: 59_999, E: -1, G: 0 });
      expect(await older(0)).toEqual({ E: -1 });
      expect(await older(-1)).toEqual({});
      expect(await older(Date.UTC(9999, 11, 31))).toEqual({ ...ages, F: undefined });
      expect(await older(Number.POSITIVE_INFINITY)).toEqual(ages);
    });

    test('it begins anew: empty, and without a place', async () => {
      await store.put(changesOf([['A', Buffer.from('a'), true]]), { offset: 7, at: 0 });
      await store.reset('a test wants it');
      expect([await get('A'), await contentOf(store)]).toEqual([[undefined], new Map()]);
      expect([await store.place(), await store.waiting()]).toEqual([undefined, []]);
      await put({ B: 'b' });
      expect(await get('A', 'B')).toEqual([undefined, 'b']);
    });

    test('whatever is put, it holds what a map would', async () => {
      const changes = fc.array(
        fc.tuple(fc.constantFrom('A', 'B', 'C', 'D'), fc.option(fc.string({ unit: 'binary' }), { nil: undefined })),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(changes, { maxLength: 8 }), async puts => {
          await store.reset('a test wants it');
          const model = new Map<string, string>();
          for (const some of puts) {
            await store.put(
              changesOf(
                some.map(([orderId, text]) => [orderId, text === undefined ? undefined : Buffer.from(text), false]),
              ),
            );
            for (const [orderId, text] of some)
              if (text === undefined) model.delete(orderId);
              else model.set(orderId, String(Buffer.from(text)));
          }
          expect(await contentOf(store)).toEqual(model);
        }),
        { numRuns: 10 },
      );
    }, 60_000); // each run makes a store on disk anew
  });
