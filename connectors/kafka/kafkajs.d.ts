/** What we use of kafkajs beyond its published types. */
declare module 'kafkajs/src/network/connection' {
  class Connection {
    constructor(options: object);
    connect(): Promise<unknown>;
    disconnect(): Promise<unknown>;
  }
  export default Connection;
}
declare module 'kafkajs/src/network/requestQueue' {
  class RequestQueue {
    readonly pending: readonly unknown[];
    scheduleCheckPendingRequests(): void;
  }
  export default RequestQueue;
}
declare module 'kafkajs/src/protocol/encoder' {
  /** Writes Kafka's primitive types, big-endian. */
  class Encoder {
    buf: Buffer;
    offset: number;
    constructor(initialSize?: number);
    readonly buffer: Buffer;
    writeInt8(value: number): this;
    writeInt16(value: number): this;
    writeInt32(value: number): this;
    writeInt64(value: number | bigint | string): this;
    writeString(value: string | null): this;
    writeUVarInt(value: number): this;
    writeUVarIntString(value: string | null): this;
    writeBufferInternal(value: Buffer): void;
  }
  export default Encoder;
}
declare module 'kafkajs/src/protocol/error' {
  /** With a `type`, as all errors of brokers have it. */
  export const createErrorFromCode: (code: number) => Error;
}
