/** What summaries count where it is not plain; the histories hold all of them against what was written. */
import { at, type DriveOptions, drive } from '../driver';
import { placed, refunded, STORY_START } from '../facts';

/** `window in s: action events orders`, of each part in turn. */
const partsOf = (story: Parameters<typeof drive>[0], options: DriveOptions = {}) =>
  drive(story, options).summaries.flatMap(({ window_start, actions }) =>
    actions.map(
      ({ action, events, orders }) => `${(window_start - STORY_START) / 1000}: ${action} ${events} of ${orders}`,
    ),
  );

test('an event of several facts counts at its own time, and theirs do not', () => {
  const story = [
    at('0s', placed()),
    at('59s', refunded({ id: 'R1' })),
    at('61s', refunded({ id: 'R2' })),
    at('2m', placed({ order: 'B', at: '2m' })),
    at('2m', refunded({ id: 'R3', at: '30s' })),
    at('2m', refunded({ id: 'R4', at: '62s' })),
    at('3m', placed({ order: 'C' })),
  ];
  expect(partsOf(story, { window: { merge: true } })).toEqual([
    '0: purchase 1 of 1',
    '0: refund 1 of 1',
    '60: refund 2 of 1',
    '120: purchase 1 of 1',
    '180: purchase 1 of 1',
  ]);
});

test('what comes when its window has closed is a further part, and its order is counted once', () => {
  const story = [
    at('0s', placed()),
    at('1s', refunded({ id: 'R1' })),
    at('2m', placed({ order: 'B' })),
    at('2m', refunded({ id: 'R2', at: '2s' })),
    at('2m', refunded({ order: 'B', at: '2s' })),
    at('9m', placed({ order: 'C' })),
  ];
  // That of B waits for its purchase, and comes later still.
  const parts = ['0: purchase 1 of 1', '0: refund 1 of 1', '0: refund 1 of 0', '0: refund 1 of 1'];
  for (const batches of [undefined, [1], [2, 1]])
    expect(partsOf(story, { ...(batches && { batches }) }).filter(part => part.startsWith('0:'))).toEqual(parts);
});

test('hopping windows: an event in each that it happened in, an order once in each', () => {
  const story = [at('0s', placed()), at('20s', refunded({ id: 'R1' })), at('40s', refunded({ id: 'R2' }))];
  expect(partsOf(story, { summary: { sizeMs: 60_000, hopMs: 30_000 } })).toEqual([
    '-30: purchase 1 of 1',
    '-30: refund 1 of 1',
    '0: purchase 1 of 1',
    '0: refund 2 of 1',
    '30: refund 1 of 1',
  ]);
});
