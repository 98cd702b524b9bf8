/** The peer: bench/peers on Kafka Streams, in a JVM sized for the job. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cache, JavaNode, packageRoot } from '../dev/stack/process';
import type { Mode } from './odp-orders';
import type { Run, Subject } from './subject';

export const peerClasspath = [join(cache, 'peers/classes'), join(cache, 'peers/lib/*')];
export const schemaDirectory = join(packageRoot(), 'schemas');

/** The parallel collector is the one for throughput. With windows all orders are remembered, in the heap. */
const flags = (mode: Mode) => {
  const heap = mode === 'stateless' ? '512m' : '1g';
  return [`-Xms${heap}`, `-Xmx${heap}`, '-XX:+UseParallelGC', '-XX:-UsePerfData'];
};

/** Anything may be tried against what is above and in Peer.java: `BENCH_PEER_FLAGS="-Xmx1g -Dstreams.producer.linger.ms=5"`. */
const trialFlags = () => process.env.BENCH_PEER_FLAGS?.split(' ').filter(flag => flag !== '') ?? [];

export const kafkaStreams = (threads: number, mode: Exclude<Mode, 'ledger'>): Subject => ({
  name: mode === 'stateless' ? `kafka-streams-${threads}` : `kafka-streams-${mode}-${threads}`,
  holdsBack: mode === 'windows',
  start: async (run: Run) => {
    if (!existsSync(join(cache, 'peers/classes/Peer.class')))
      throw new Error(`Cannot run Kafka Streams as it is not in ${cache}: run "node dev/setup.mjs --peers".`);
    const node = new JavaNode(
      {
        name: `Kafka Streams with ${threads} threads`,
        main: 'Peer',
        classpath: peerClasspath,
        flags: [...flags(mode), ...trialFlags()],
        args: [
          run.brokers.join(','),
          run.registryUrl,
          run.group,
          run.source,
          run.events,
          run.failures,
          String(threads),
          run.compression,
          join(run.directory, 'state'),
          schemaDirectory,
          mode,
        ],
        log: join(run.directory, 'kafka-streams.log'),
      },
      async () => undefined,
    );
    await node.start();
    return { pid: () => node.pid, log: node.log, stop: () => node.stop() };
  },
});
