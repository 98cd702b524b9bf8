import { openCluster } from '../../../connectors/kafka/client';
import { topicId } from '../../../connectors/kafka/topic-id';
import { unique } from '../../stack/address';
import { connect, createTopics } from './subject';

test('a topic has an id of its own, and another one when it is made anew', async () => {
  const kafka = connect();
  const cluster = await openCluster(kafka);
  await cluster.refreshMetadata();
  const admin = kafka.admin();
  await admin.connect();
  const [topic, other] = [unique('n'.repeat(200)), unique('other')];
  await createTopics(kafka, { [topic]: 3, [other]: 1 });
  const [first, again, ofOther] = [
    await topicId(cluster, topic),
    await topicId(cluster, topic),
    await topicId(cluster, other),
  ];
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect([again === first, ofOther === first]).toEqual([true, false]);
  await admin.deleteTopics({ topics: [topic] });
  await expect(topicId(cluster, unique('none'))).rejects.toThrow(/Cannot read the id of topic none-\w+ as .* error 3/);
  await createTopics(kafka, { [topic]: 3 });
  expect(await topicId(cluster, topic)).not.toBe(first);
  await admin.disconnect();
  await cluster.disconnect();
});
