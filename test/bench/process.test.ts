import { ticksOf } from '../../bench/process';

test.each([
  ['a plain name', '4711 (java) S 1 4711 4711 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 30 0 1'],
  ['a name with blanks and brackets', '4711 (a) b (c) R 1 4711 4711 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 30 0 1'],
])('user and system ticks of a process with %s', (_, stat) => {
  expect(ticksOf(stat)).toBe(300);
});
