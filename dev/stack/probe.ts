/**
 * Asks a broker for the cluster's members: the request every client begins with (Metadata v1, the oldest shape brokers of
 * 4.x still answer). Spoken by hand, 30 lines: the stack should not depend on the client it is there to test.
 */
import { connect } from 'node:net';

const metadata = 3;
const correlation = 7;

/** The ids of the brokers that are up, as the one on this port sees them. Rejects when it does not answer in 2 s. */
export const clusterMembers = (port: number): Promise<number[]> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (settle: () => void) => {
      socket.destroy();
      settle();
    };
    let received = Buffer.alloc(0);
    socket.setTimeout(2000, () => end(() => reject(new Error(`no answer on port ${port}`))));
    socket.once('error', error => end(() => reject(error)));
    socket.once('close', () => reject(new Error(`connection closed on port ${port}`)));
    socket.once('connect', () => socket.write(request()));
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= 4 && received.length >= 4 + received.readInt32BE(0))
        end(() => resolve(brokerIds(received)));
    });
  });

const request = () => {
  // size, API, version, correlation id, client id null, no topics.
  const bytes = Buffer.alloc(18);
  bytes.writeInt32BE(14, 0);
  bytes.writeInt16BE(metadata, 4);
  bytes.writeInt16BE(1, 6);
  bytes.writeInt32BE(correlation, 8);
  bytes.writeInt16BE(-1, 12);
  return bytes;
};

const brokerIds = (response: Buffer) => {
  let at = 8;
  const count = response.readInt32BE(at);
  at += 4;
  const ids: number[] = [];
  for (let i = 0; i < count; i++) {
    ids.push(response.readInt32BE(at));
    at += 4;
    at += 2 + response.readInt16BE(at); // host
    at += 4; // port
    at += 2 + Math.max(0, response.readInt16BE(at)); // rack
  }
  return ids;
};
