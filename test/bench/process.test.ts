import { memoryIn, memoryOf, openFilesOf, ticksOf } from '../../bench/process';

test.each([
  ['a plain name', '4711 (java) S 1 4711 4711 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 30 0 1'],
  ['a name with blanks and brackets', '4711 (a) b (c) R 1 4711 4711 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 30 0 1'],
])('user and system ticks of a process with %s', (_, stat) => {
  expect(ticksOf(stat)).toBe(300);
});

test('memory by the text of /proc/<pid>/status', () => {
  const status = 'Name:\tnode\nVmHWM:\t  409600 kB\nVmRSS:\t  204800 kB\nRssAnon:\t  102400 kB\nRssFile:\t  100 kB\n';
  expect(memoryIn(status)).toEqual({ rssMb: 200, anonMb: 100 });
});

test('of our own process: something of each', () => {
  const { rssMb, anonMb } = memoryOf(process.pid);
  expect(anonMb).toBeGreaterThan(10);
  expect(rssMb).toBeGreaterThanOrEqual(anonMb);
  expect(openFilesOf(process.pid).length).toBeGreaterThan(2);
});
