import { type Round, reportOf, tableOf } from '../../bench/report';

const round = (recordsPerSecond: number, cpuMicrosPerRecord: number): Round => ({
  recordsPerSecond,
  cpuMicrosPerRecord,
  sustainedRecordsPerSecond: 2 * recordsPerSecond,
  sustainedCpuMicrosPerRecord: cpuMicrosPerRecord / 2,
  wallRecordsPerSecond: recordsPerSecond / 2,
  wallCpuMicrosPerRecord: 2 * cpuMicrosPerRecord,
  startUpMs: 100,
  rssMb: 50,
});

const results = [
  { name: 'odp-orders-1', rounds: [round(100, 10), round(300, 8), round(200, 9)] },
  { name: 'kafka-streams-1', rounds: [round(80, 12), round(80, 12), round(81, 12)] },
  { name: 'kafka-streams-2', rounds: [round(100, 18), round(90, 18), round(110, 18)] },
];

test('ratios are of medians, to the peer with the most records a second', () => {
  expect(reportOf(results)).toMatchObject({
    peer: 'kafka-streams-2',
    ratios: { stateless: 2, sustained: 2, wall: 2 },
    cpu: { stateless: 0.5, sustained: 0.5, wall: 0.5 },
    subjects: results,
  });
});

test('windows are compared with ourselves without them', () => {
  const one = { name: 'odp-orders-windows-1', rounds: [round(120, 17)] };
  const two = { name: 'odp-orders-windows-2', rounds: [round(150, 18)] };
  expect(reportOf([...results, one, two])).toMatchObject({
    ours: 'odp-orders-1',
    peer: 'kafka-streams-2',
    ratios: { stateless: 2, windows: 0.75 },
    cpu: { windows: 2 },
  });
});

test('so is the peer, and ours with them with its', () => {
  const ours = { name: 'odp-orders-windows-1', rounds: [round(120, 18)] };
  const peers = [
    { name: 'kafka-streams-windows-1', rounds: [round(50, 36)] },
    { name: 'kafka-streams-windows-2', rounds: [round(40, 40)] },
  ];
  const report = reportOf([...results, ours, ...peers]);
  expect(report).toMatchObject({
    ours: 'odp-orders-1',
    peer: 'kafka-streams-2',
    ratios: { stateless: 2, windows: 0.6, peerWindows: 0.5, windowsToPeer: 2.4 },
    cpu: { stateless: 0.5, windows: 2, peerWindows: 2, windowsToPeer: 0.5 },
  });
  expect(tableOf(report).split('\n').slice(-2)).toEqual([
    'the same of Kafka Streams: records/s × 0.5 (sustained × 0.5, with start × 0.5), CPU × 2',
    'both with windows, ours to Kafka Streams: records/s × 2.4, CPU × 0.5',
  ]);
});

test('without a peer there is nothing to compare', () => {
  expect(reportOf(results.slice(0, 1))).toMatchObject({ ratios: {}, cpu: {} });
});

test('the table has a line for each subject, and the ratios', () => {
  const lines = tableOf(reportOf(results)).split('\n');
  expect(lines).toHaveLength(6);
  expect(lines[1]).toMatch(/^odp-orders-1 +200 \(0–0k\) +9\.0 /);
  expect(lines.at(-1)).toMatch(/^odp-orders-1 to kafka-streams-2: records\/s × 2 /);
});
