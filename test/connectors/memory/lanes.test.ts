import { MemoryKafka } from '../../../connectors/memory/kafka';
import { laneContract } from '../../contract/lanes';

laneContract('lanes in memory', async () => {
  const kafka = new MemoryKafka();
  const group = 'memory';
  const inbox = 'memory.inbox';
  const sources = ['first', 'second'] as const;
  return {
    inbox,
    sources,
    produce: async records => kafka.produce(records),
    async open(lane, options = {}) {
      const opened = kafka.openLane(lane, {
        group,
        sources: options.sources ?? [sources[0], inbox],
        inbox,
        startFrom: options.startFrom ?? 'earliest',
        batchRecordsMax: options.batchRecordsMax ?? 1_000,
        fetchWaitMaxMs: 5,
      });
      return { ...opened, close: async () => opened.lane.stop() };
    },
    async visible() {
      const { events, failures, summaries } = kafka.output();
      return {
        events: events.map(({ order_id }) => order_id),
        failures: failures.map(({ code, source }) => `${code}@${source.offset}`),
        summaries: summaries.map(({ window_start, currency, lane }) => `${window_start} ${currency} ${lane}`),
      };
    },
  };
});
