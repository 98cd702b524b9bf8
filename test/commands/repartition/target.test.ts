import { targetFindings } from '../../../commands/repartition/target';
import type { ExistingTopic } from '../../../connectors/kafka/topics';

const topic = (name: string, configs: Readonly<Record<string, string>> = {}): ExistingTopic => ({
  name,
  partitions: 4,
  replicationFactor: 1,
  configs: new Map(
    Object.entries({
      'cleanup.policy': 'delete',
      'retention.ms': '1000',
      'max.message.bytes': '1048588',
      'message.timestamp.type': 'CreateTime',
      ...configs,
    }),
  ),
});

type Configs = Readonly<Record<string, string>>;
test.each<[string, Configs, Configs, RegExp[]]>([
  ['alike', {}, {}, []],
  ['keeping longer', {}, { 'retention.ms': '1001' }, []],
  ['keeping for ever', { 'retention.ms': '-1' }, { 'retention.ms': '-1' }, []],
  [
    'keeping less long',
    {},
    { 'retention.ms': '999' },
    [/keeps records for 999 ms where orders keeps them for 1000 ms/],
  ],
  ['keeping less than for ever', { 'retention.ms': '-1' }, {}, [/where orders keeps them for ever/]],
  ['of a compacted source, which keeps for ever', { 'cleanup.policy': 'compact' }, {}, [/for ever/]],
  ['compacted', {}, { 'cleanup.policy': 'compact' }, [/is compacted/]],
  ['dating anew', {}, { 'message.timestamp.type': 'LogAppendTime' }, [/dates every record anew/]],
  ['for small batches', {}, { 'max.message.bytes': '5000' }, [/takes record batches of 5000 bytes/]],
  [
    'wrong in every way',
    {},
    { 'cleanup.policy': 'compact,delete', 'message.timestamp.type': 'LogAppendTime', 'retention.ms': '1' },
    [/is compacted/, /dates/, /keeps/],
  ],
])('a target %s', (_, from, to, expected) => {
  const found = targetFindings(topic('orders', from), topic('by-key', to), 1_000_000);
  expect(found.map(({ problem }) => problem)).toEqual(expected.map(pattern => expect.stringMatching(pattern)));
  for (const { fix } of found) expect(fix).toContain('--entity-name by-key');
});

test('the fix of a retention is that of the source', () => {
  const fixes = (ms: string) =>
    targetFindings(topic('orders', { 'retention.ms': ms }), topic('by-key', { 'retention.ms': '1' }), 1).map(
      ({ fix }) => fix,
    );
  expect(fixes('-1')).toEqual([expect.stringMatching(/retention\.ms=-1$/)]);
  expect(fixes('86400000')).toEqual([expect.stringMatching(/retention\.ms=86400000$/)]);
});
