/** What is mended in kafkajs itself, for all its clients of the process. The version is pinned (client.ts). */
import Connection from 'kafkajs/src/network/connection';
import RequestQueue from 'kafkajs/src/network/requestQueue';

let mended = false;

export const mendKafkajs = (): void => {
  if (mended) return;
  mended = true;
  calmRequestQueue();
  connectOnce();
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
