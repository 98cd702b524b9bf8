/** What is mended in kafkajs itself, for all its clients of the process. The version is pinned (client.ts). */
import Connection from 'kafkajs/src/network/connection';
import RequestQueue from 'kafkajs/src/network/requestQueue';
import Encoder from 'kafkajs/src/protocol/encoder';
import type { Exchange, RequestInPieces } from './wire';

let mended = false;

export const mendKafkajs = (): void => {
  if (mended) return;
  mended = true;
  calmRequestQueue();
  connectOnce();
  sendPieces();
};

/** kafkajs re-arms a 1 ms timer for ever on every used connection: 900 wake-ups a second each, 5 % of a core. */
const calmRequestQueue = () => {
  const { prototype } = RequestQueue;
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0) schedule.call(this);
  };
};

/**
 * Requests that together find their connection closed would open a socket each, and all but the last would be forgotten: when the broker
 * closes one of those, as nothing comes by it, kafkajs takes it for the connection, and every request under way fails.
 */
const connectOnce = () => {
  const { prototype } = Connection;
  const { connect, disconnect } = prototype;
  const connecting = new WeakMap<object, Promise<unknown>>();
  prototype.connect = function () {
    const already = connecting.get(this);
    if (already !== undefined) return already;
    const promise = connect.call(this);
    connecting.set(this, promise);
    const settled = () => {
      if (connecting.get(this) === promise) connecting.delete(this);
    };
    promise.then(settled, settled);
    return promise;
  };
  // One that is given up may never be answered.
  prototype.disconnect = function () {
    connecting.delete(this);
    return disconnect.call(this);
  };
};

/**
 * A request in pieces goes to the socket as it is. kafkajs copies a request three times, each time into new memory of up to twice its size;
 * of a lane with windows that was a tenth of all its work.
 */
const sendPieces = () => {
  const { prototype } = Connection;
  const { send } = prototype;
  prototype.send = function (exchange) {
    const { request } = exchange;
    return 'pieces' in request ? sentInPieces(this, request, exchange) : send.call(this, exchange);
  };
};

/** What kafkajs' `send` does, but for copies and log. */
const sentInPieces = async (
  connection: Connection,
  request: RequestInPieces,
  { response, requestTimeout }: Exchange<unknown>,
): Promise<unknown> => {
  if (!connection.isAuthenticated()) await connection.authenticate();
  const { payload } = await new Promise<{ payload: Buffer }>((resolve, reject) => {
    connection.failIfNotConnected();
    const { apiKey, apiVersion, apiName } = request;
    const correlationId = connection.nextCorrelationId();
    const pieces = framed(connection.clientId, correlationId, request);
    connection.requestQueue.push({
      entry: { apiKey, apiVersion, apiName, correlationId, resolve, reject },
      expectResponse: true,
      requestTimeout,
      sendRequest: () => {
        const { socket } = connection;
        socket.cork();
        for (const piece of pieces) socket.write(piece);
        socket.uncork();
      },
    });
  });
  const decoded = await response.decode(payload);
  connection.requestQueue.maybeThrottle(decoded.clientSideThrottleTime);
  return response.parse(decoded);
};

/** Behind their size and the request's head. */
const framed = (clientId: string, correlationId: number, request: RequestInPieces): readonly Buffer[] => {
  const pieces = request.pieces();
  const head = new Encoder()
    .writeInt32(0)
    .writeInt16(request.apiKey)
    .writeInt16(request.apiVersion)
    .writeInt32(correlationId)
    .writeString(clientId).buffer;
  head.writeInt32BE(pieces.reduce((size, { length }) => size + length, head.length - 4));
  return [head, ...pieces];
};
