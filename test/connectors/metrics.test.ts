import { Metrics } from '../../connectors/metrics';

test('counters add up by labels, gauges hold the last, and the snapshot is in the order of the table', () => {
  const metrics = new Metrics();
  metrics.gauge('lanes', {}, 4);
  metrics.gauge('lanes', {}, 2);
  metrics.count('failures_total', { code: 'corrupt' }, 2);
  metrics.count('events_total', { action: 'refund' });
  metrics.count('failures_total', { code: 'no_identifier' });
  metrics.count('failures_total', { code: 'corrupt' });
  const snapshot = metrics.snapshot();
  metrics.count('events_total', { action: 'refund' });
  expect(snapshot).toEqual([
    { name: 'events_total', labels: { action: 'refund' }, value: 1 },
    { name: 'failures_total', labels: { code: 'corrupt' }, value: 3 },
    { name: 'failures_total', labels: { code: 'no_identifier' }, value: 1 },
    { name: 'lanes', labels: {}, value: 2 },
  ]);
  expect(metrics.total('failures_total')).toBe(4);
  expect(metrics.total('records_total')).toBe(0);
});
