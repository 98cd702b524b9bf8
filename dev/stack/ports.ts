/**
 * Ports on 127.0.0.1. Free ones are taken from below the range the kernel gives to outgoing connections: from inside it,
 * a client that keeps trying a stopped broker's port may be given that very port as its own and be connected to itself.
 */
import { createServer } from 'node:net';

const lowest = 15_000;
const highest = 32_000;

/** A port in use, or undefined. */
export const portInUse = async (ports: readonly number[]): Promise<number | undefined> => {
  for (const port of ports) if (!(await isFree(port))) return port;
  return undefined;
};

/** So many different ones, free a moment ago. */
export const freePorts = async (count: number): Promise<number[]> => {
  const found = new Set<number>();
  for (let tries = 0; found.size < count; tries++) {
    if (tries > 1000) throw new Error(`Cannot find ${count} free ports between ${lowest} and ${highest} on 127.0.0.1.`);
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (await isFree(port)) found.add(port);
  }
  return [...found];
};

const isFree = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
