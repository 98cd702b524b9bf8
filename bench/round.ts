/** One run of one subject, from its topics to its figures. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Admin } from 'kafkajs';
import { figuresOf } from './measure';
import { type Observer, observe } from './observe';
import type { Round } from './report';
import type { Source } from './source';
import type { Run, Subject } from './subject';
import { createTopics } from './topics';

export interface Place extends Observer {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly source: Source;
  readonly partitions: number;
  readonly compression: string;
  readonly directory: string;
}

export const runOnce = async (subject: Subject, number: number, place: Place): Promise<Round & { events: string }> => {
  const { admin, source } = place;
  const group = `bench-${subject.name}-${number}`;
  const run: Run = {
    brokers: place.brokers,
    registryUrl: place.registryUrl,
    group,
    source: source.topic,
    events: `${group}.events`,
    failures: `${group}.failures`,
    compression: place.compression,
    directory: join(place.directory, group),
  };
  mkdirSync(run.directory, { recursive: true });
  const topics = [run.events, run.failures, `${group}.inbox`, `${group}.summaries`, `${group}.state`];
  const plans = topics.map(topic => ({ topic }));
  await createTopics(admin, plans, place.partitions);

  const startedAtMs = performance.now();
  const running = await subject.start(run);
  try {
    const { orders } = source;
    const work = { ...run, source: source.topic, orders, startedAtMs };
    const { samples, rssMb } = await observe(place, running, work);
    await refuseFailures(admin, run.failures);
    if (subject.holdsBack) await allWritten(place, run.events);
    return { ...figuresOf(samples, orders), rssMb, events: run.events };
  } finally {
    await running.stop();
  }
};

const quietMs = 5_000;

/** Windows hold the last orders back until the clock closes them: all are read, and not yet all written. */
const allWritten = async ({ admin }: Place, events: string): Promise<void> => {
  let last = -1;
  let quietSince = performance.now();
  while (performance.now() - quietSince < quietMs) {
    const end = (await admin.fetchTopicOffsets(events)).reduce((sum, { high }) => sum + Number(high), 0);
    if (end !== last) quietSince = performance.now();
    last = end;
    await new Promise(resolve => setTimeout(resolve, 200));
  }
};

/** All orders are good ones: a subject that calls some bad did another job. */
const refuseFailures = async (admin: Admin, topic: string): Promise<void> => {
  const offsets = await admin.fetchTopicOffsets(topic);
  if (offsets.some(({ high }) => Number(high) > 0))
    throw new Error(`Cannot compare a subject that fails good orders: see ${topic}.`);
};
