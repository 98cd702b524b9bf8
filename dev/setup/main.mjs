/** The parts of the set-up in order. Each knows whether it has anything to do; only then is the lock taken. */
import { build, buildIsFresh } from './build.mjs';
import { install, installIsFresh } from './install.mjs';
import { getSets, setIsFresh, sets } from './jars.mjs';
import { withLock } from './lock.mjs';

export async function setUp(options) {
  const wanted = sets.filter(set => options.has(set.option));
  const parts = [
    { fresh: installIsFresh, run: install },
    { fresh: () => wanted.every(setIsFresh), run: () => getSets(wanted.filter(set => !setIsFresh(set))) },
  ];
  if (!options.has('--install')) parts.push({ fresh: () => !options.has('--build') && buildIsFresh(), run: build });

  for (const part of parts) if (!part.fresh()) await withLock(() => part.fresh() || part.run());
}
