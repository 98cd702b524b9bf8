/** The source topic, filled once: all subjects read the very same records. */
import type { Kafka } from 'kafkajs';
import { Partitioners } from 'kafkajs';
import { orderAt, schemaText } from './orders';

const batchRecords = 4000;

export interface Source {
  readonly topic: string;
  readonly orders: number;
  /** Of the Avro values, without the five bytes of the frame. */
  readonly meanValueBytes: number;
}

export const fillSource = async (kafka: Kafka, registryUrl: string, topic: string, orders: number): Promise<Source> => {
  const frame = Buffer.alloc(5);
  const schema = schemaText('commerce/OrderPlaced.avsc');
  frame.writeInt32BE(await registerSchema(registryUrl, `${topic}-commerce.orders.OrderPlaced`, schema), 1);
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  let bytes = 0;
  try {
    for (let from = 0; from < orders; from += batchRecords) {
      const messages = Array.from({ length: Math.min(batchRecords, orders - from) }, (_, i) => {
        const { key, value } = orderAt(from + i);
        bytes += value.length;
        return { key, value: Buffer.concat([frame, value]) };
      });
      await producer.send({ topic, messages });
    }
  } finally {
    await producer.disconnect();
  }
  return { topic, orders, meanValueBytes: bytes / orders };
};

/** The id of the schema. */
const registerSchema = async (registryUrl: string, subject: string, schema: string): Promise<number> => {
  const response = await fetch(`${registryUrl}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Cannot register ${subject} as the registry answers ${response.status}: ${text}`);
  return (JSON.parse(text) as { id: number }).id;
};
