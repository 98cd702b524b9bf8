/**
 * Makes a clone ready to run, as every `npm run` verb does first: packages, build, and on demand the jars of the local
 * stack. Quick and silent when nothing has changed. Runs before node_modules exists, and on Nodes too old for the rest.
 *
 *   node dev/setup.mjs [--install] [--build] [--stack] [--judges] [--peers]
 *
 *   --install   packages only, no build
 *   --build     build even when nothing has changed
 *   --stack     broker, registry and their launcher (Java, Maven)
 *   --judges    Kafka's Java clients and tools, and dev/judges compiled against them (tests)
 *   --peers     Kafka Streams and Avro, and bench/peers compiled against them (benchmarks)
 */
import { explainMissing, missing } from './setup/prerequisites.mjs';

const options = process.argv.slice(2);
const known = ['--install', '--build', '--stack', '--judges', '--peers'];
const unknown = options.filter(option => !known.includes(option));

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}

const absent = missing(options);
if (unknown.length > 0) fail(`Cannot set up with ${unknown.join(', ')} as the options are ${known.join(', ')}.`);
else if (absent.length > 0) fail(explainMissing(absent));
else import('./setup/main.mjs').then(main => main.setUp(new Set(options))).catch(error => fail(error.message));
