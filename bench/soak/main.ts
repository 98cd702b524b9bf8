/** `npm run soak`: what only shows after long: memory, disk, descriptors, over an hour of facts or hundreds of rebalances. */
import { onStack, runProgram } from '../program';
import { endure } from './endure';
import { soakOptionsOf, usage } from './options';
import { rebalance } from './rebalance';
import { boundedBroker } from './topics';

runProgram(async () => {
  const options = soakOptionsOf(process.argv.slice(2));
  if (!options) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  let held = false;
  await onStack({ tuned: true, brokerHeapMb: 768, brokerSettings: boundedBroker }, async stack => {
    held = await (options.rebalances > 0 ? rebalance : endure)(options, stack);
  });
  return held ? 0 : 1;
});
