import { setFlagsFromString } from 'node:v8';
import { boundHeapGrowth } from '../../../commands/run/heap';

jest.mock('node:v8', () => ({ setFlagsFromString: jest.fn() }));
const set = jest.mocked(setFlagsFromString);
beforeEach(() => set.mockClear());

test('the heap may double', () => {
  boundHeapGrowth(['--max-semi-space-size=32']);
  expect(set.mock.calls).toEqual([['--heap-growing-percent=100']]);
});

test.each(['--heap-growing-percent=300', '--heap_growing_percent=0'])('who starts Node.js with %s is right', given => {
  boundHeapGrowth(['--max-semi-space-size=32', given]);
  expect(set.mock.calls).toEqual([]);
});
