import { setFlagsFromString } from 'node:v8';
import { boundHeapGrowth } from '../../../commands/run/heap';

jest.mock('node:v8', () => ({ setFlagsFromString: jest.fn() }));
const set = jest.mocked(setFlagsFromString);
beforeEach(() => set.mockClear());

test('the heap may grow by half', () => {
  boundHeapGrowth({ store: 'level' }, ['--max-semi-space-size=32']);
  expect(set.mock.calls).toEqual([['--heap-growing-percent=50']]);
});

test('whoever keeps the state in memory has chosen speed', () => {
  boundHeapGrowth({ store: 'memory' }, []);
  expect(set.mock.calls).toEqual([]);
});

test.each(['--heap-growing-percent=300', '--heap_growing_percent=0'])('who starts Node.js with %s is right', given => {
  boundHeapGrowth({ store: 'level' }, ['--max-semi-space-size=32', given]);
  expect(set.mock.calls).toEqual([]);
});
