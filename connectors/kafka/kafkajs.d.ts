/** What we use of kafkajs beyond its published types. */
declare module 'kafkajs/src/network/connection' {
  class Connection {
    constructor(options: object);
    readonly clientId: string;
    readonly requestQueue: import('kafkajs/src/network/requestQueue').default;
    /** Once it is connected. */
    readonly socket: import('node:net').Socket;
    connect(): Promise<unknown>;
    disconnect(): Promise<unknown>;
    isAuthenticated(): boolean;
    /** At once where no login was asked for. */
    authenticate(): Promise<void>;
    /** @throws where it is not connected. */
    failIfNotConnected(): void;
    nextCorrelationId(): number;
    send(exchange: import('./wire').Exchange<unknown>): Promise<unknown>;
  }
  export default Connection;
}
declare module 'kafkajs/src/network/requestQueue' {
  class RequestQueue {
    readonly pending: readonly unknown[];
    scheduleCheckPendingRequests(): void;
    maybeThrottle(clientSideThrottleTime: number): void;
    /** Sends it at once or when it may. */
    push(request: {
      entry: {
        apiKey: number;
        apiVersion: number;
        apiName: string;
        correlationId: number;
        resolve(answered: { payload: Buffer }): void;
        reject(error: Error): void;
      };
      expectResponse: boolean;
      requestTimeout: number | undefined;
      sendRequest(): void;
    }): void;
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
