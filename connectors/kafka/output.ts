/** Outcomes as records: the values of events and failures, and the headers by which existing tools read failures. */
import { createHash } from 'node:crypto';
import type { Header } from '../../pipeline/batch';
import type { Failure } from '../../pipeline/failure';
import { failureId } from '../../pipeline/order/identity';
import type { OrderEvent, OrderFailure, OrderSummary } from '../../schemas/types';
import type { OutputEncoding } from './encoding';

export interface OutputOptions {
  /** All answer bytes that are valid until their next call only. */
  readonly encodeEvent: (event: OrderEvent) => Uint8Array;
  readonly encodeFailure: (failure: OrderFailure) => Uint8Array;
  readonly encodeSummary: (summary: OrderSummary) => Uint8Array;
  /** The registry's id in a framed value, where there is one. */
  readonly schemaIdOf: (value: Uint8Array | null) => number | undefined;
  /** `digest` keeps a SHA-256 in place of the original bytes. */
  readonly failureValue: 'full' | 'digest';
  readonly headerNames: readonly HeaderNames[];
  /** Of this program. */
  readonly version: string;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Whose header names tell the reason of a failure. */
export type HeaderNames = 'connect' | 'streams' | 'spring';

const noHeaders: readonly Header[] = [];

export const outputEncoding = (options: OutputOptions): OutputEncoding => ({
  event: options.encodeEvent,
  failure: (failure, digest) =>
    options.encodeFailure(orderFailure(failure, options, digest || options.failureValue === 'digest', digest)),
  summary: options.encodeSummary,
  eventHeaders: eventHeaders,
  failureHeaders: (failure, digest) => [
    ...(digest ? noHeaders : failure.source.headers),
    ...options.headerNames.flatMap(names => headersOf[names](failure)),
  ],
});

/** What was accepted although it looks wrong stands beside the event, for those who watch the topic and not its values. */
const eventHeaders = ({ late, warnings }: OrderEvent): readonly Header[] => {
  if (!late && warnings.length === 0) return noHeaders;
  return [
    ...(late ? [text('odp-orders.late', 'true')] : []),
    ...(warnings.length > 0 ? [text('odp-orders.warnings', warnings.join(','))] : []),
  ];
};

const orderFailure = (failure: Failure, options: OutputOptions, digest: boolean, bare: boolean): OrderFailure => {
  const { stage, code, message, source, orderId } = failure;
  const { topic, partition, offset, timestamp, key, value, headers, attempt } = source;
  return {
    failure_id: failureId(topic, partition, offset, stage, code),
    stage,
    code,
    message,
    source: {
      topic,
      partition,
      offset,
      timestamp,
      schema_id: options.schemaIdOf(value) ?? null,
      key: bare && key && key.length > bareKeyBytesMax ? null : key,
      value: digest ? null : value,
      value_digest: digest && value ? `sha256:${createHash('sha256').update(value).digest('hex')}` : null,
      headers: bare ? [] : headers.map(({ name, value }) => ({ name, value })),
    },
    order_id: orderId === undefined || orderId.length > bareKeyBytesMax ? null : orderId,
    event: null,
    attempt,
    failed_at: options.now(),
    version: options.version,
  };
};

/** A key beyond this is left out of a failure that must become small. */
const bareKeyBytesMax = 65_536;

const text = (name: string, value: string | number | bigint): Header => ({ name, value: Buffer.from(String(value)) });

const int32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

const int64 = (value: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
};

const headersOf: Record<HeaderNames, (failure: Failure) => Header[]> = {
  // Kafka Connect, KIP-298: all values are text.
  connect: ({ stage, code, message, source }) => [
    text('__connect.errors.topic', source.topic),
    text('__connect.errors.partition', source.partition),
    text('__connect.errors.offset', source.offset),
    text('__connect.errors.stage', stage.toUpperCase()),
    text('__connect.errors.exception.class.name', code),
    text('__connect.errors.exception.message', message),
  ],
  // Kafka Streams, KIP-1034: all values are text.
  streams: ({ code, message, source }) => [
    text('__streams.errors.exception', code),
    text('__streams.errors.message', message),
    text('__streams.errors.topic', source.topic),
    text('__streams.errors.partition', source.partition),
    text('__streams.errors.offset', source.offset),
  ],
  // Spring's DeadLetterPublishingRecoverer: numbers are big-endian bytes.
  spring: ({ code, message, source }) => [
    text('kafka_dlt-original-topic', source.topic),
    { name: 'kafka_dlt-original-partition', value: int32(source.partition) },
    { name: 'kafka_dlt-original-offset', value: int64(source.offset) },
    { name: 'kafka_dlt-original-timestamp', value: int64(BigInt(source.timestamp)) },
    text('kafka_dlt-exception-fqcn', code),
    text('kafka_dlt-exception-message', message),
  ],
};
