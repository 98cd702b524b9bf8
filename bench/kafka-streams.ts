/** The peer: bench/peers on Kafka Streams, in a JVM sized for the job. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cache, JavaNode, packageRoot } from '../dev/stack/process';
import type { Run, Subject } from './subject';

export const peerClasspath = [join(cache, 'peers/classes'), join(cache, 'peers/lib/*')];
export const schemaDirectory = join(packageRoot(), 'schemas');

export const kafkaStreams = (threads: number): Subject => ({
  name: `kafka-streams-${threads}`,
  start: async (run: Run) => {
    if (!existsSync(join(cache, 'peers/classes/Peer.class')))
      throw new Error(`Cannot run Kafka Streams as it is not in ${cache}: run "node dev/setup.mjs --peers".`);
    const process = new JavaNode(
      {
        name: `Kafka Streams with ${threads} threads`,
        main: 'Peer',
        classpath: peerClasspath,
        // Of the collectors the parallel one gave the most records a second here.
        flags: ['-Xms512m', '-Xmx512m', '-XX:+UseParallelGC', '-XX:-UsePerfData'],
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
        ],
        log: join(run.directory, 'kafka-streams.log'),
      },
      async () => undefined,
    );
    await process.start();
    return { pid: () => process.pid, log: process.log, stop: () => process.stop() };
  },
});
