/** A million records waiting, a writer of 100 a second: what is not asked for is not read, and memory stays small. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openCluster } from '../../../connectors/kafka/client';
import { produceTo } from '../../../connectors/kafka/produce';
import { RecordBatchWriter } from '../../../connectors/kafka/records/encode';
import { leaderOf } from '../../../connectors/kafka/wire';
import { connect, createTopics } from '../../connectors/kafka/subject';
import { brokers, unique } from '../../stack/address';

const records = 1_000_000;
const partitions = 4;
const plain = { producerId: -1n, producerEpoch: -1, baseSequence: -1, transactional: false, codec: 'none' } as const;

test('a slow writer keeps the process under 300 MB with a million records waiting', async () => {
  const kafka = connect();
  const topic = unique('waiting');
  await createTopics(kafka, { [topic]: partitions });
  const cluster = await openCluster(kafka);
  await cluster.addMultipleTargetTopics([topic]);
  const value = Buffer.alloc(170, 'x');
  for (let partition = 0; partition < partitions; partition++) {
    const broker = await leaderOf(cluster, topic, partition);
    const writer = new RecordBatchWriter();
    for (let left = records / partitions; left > 0; left -= 5_000) {
      for (let one = 0; one < 5_000; one++) writer.append(value.subarray(0, 16), value, [], Date.now());
      await produceTo(broker, null, [{ topic, partition, bytes: writer.finish(plain) }], 30_000);
    }
  }
  await cluster.disconnect();
  const script = join(__dirname, '../../../dist/test/commands/must/slow.js');
  const args = ['--max-semi-space-size=32', script, brokers().join(','), topic, unique('slow'), '12'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { peakMb, pulled } = JSON.parse(stdout);
  expect(peakMb).toBeLessThan(300);
  // A batch in flight per lane, and no more.
  expect(pulled).toBeLessThanOrEqual(partitions * 2_500);
  expect(pulled).toBeGreaterThan(0);
}, 120_000);
