/** `odp-orders run` as a soak watches it: with a witness inside, its state on disk, and all it needs in one directory. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from '../../dev/stack';
import { startOdpOrders } from '../odp-orders';
import type { Scene } from '../scene';
import { witnessVariable } from '../witness';
import type { Watched } from './sample';

export const startWatched = (stack: Stack, scene: Scene, flags: readonly string[] = []): Watched => {
  const directory = join(stack.directory, 'program');
  const stateDirectory = join(directory, 'state');
  mkdirSync(stateDirectory, { recursive: true });
  const witnessFile = join(directory, 'witness.json');
  const env = {
    ...scene.env,
    ODP_ORDERS_STATE_STORE: 'level',
    ODP_ORDERS_STATE_DIR: stateDirectory,
    [witnessVariable]: witnessFile,
  };
  const running = startOdpOrders(directory, env, {
    flags: [...flags, '--require', join(__dirname, '../witness.js')],
  });
  const brokerDirectory = join(stack.directory, 'broker-1');
  return { scene, running, stateDirectory, brokerDirectory, witnessFile, begunAt: performance.now() };
};
