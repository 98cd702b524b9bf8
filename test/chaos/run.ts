/**
 * One run: three brokers, a registry, a group of members on machines of their own, facts of known truth, faults, and when all
 * has healed and everything is committed, the verdict.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { edgeOffset } from '../../connectors/kafka/offsets';
import type { Cluster } from '../../connectors/kafka/wire';
import { httpRegistry } from '../../connectors/registry/http';
import { type Stack, startStack } from '../../dev/stack';
import { factEncoding } from './facts/encoding';
import { FactProducer } from './facts/producer';
import { Chaos, type ChaosLog } from './faults/chaos';
import type { Fault } from './faults/schedule';
import { explain } from './judge/explain';
import { judge } from './judge/judge';
import { Verdict } from './judge/verdict';
import { countAborted } from './observe/aborted';
import { Rebalances } from './observe/rebalances';
import type { Result } from './report';
import { outputs, sources } from './topics';
import { Brokers, openPlain } from './world/cluster';
import { Member, memberDirectory, memberEnvironment } from './world/member';
import { Network } from './world/network';
import { Progress } from './world/progress';
import { memberSettings } from './world/settings';

export interface RunSettings {
  readonly seed: number;
  readonly facts: number;
  readonly lanes: number;
  readonly seconds: number;
  readonly faults: readonly Fault[];
  /** `main.js` of what is run. */
  readonly program: string;
  /** Where logs are; the caller keeps or removes them. */
  readonly logs: string;
  readonly say: (text: string) => void;
}

const machines = 4;
const membersAtFirst = 3;
const copies = 3;
/** After the last fault has healed. */
const caughtUpWithinMs = 180_000;

export const run = async (settings: RunSettings): Promise<Result> => {
  const began = performance.now();
  const directory = mkdtempSync(join(tmpdir(), 'odp-chaos-'));
  const networks = await Network.open(machines, copies);
  const closing: (() => Promise<unknown> | unknown)[] = [
    () => rmSync(directory, { recursive: true, force: true }),
    () => networks.map(network => network.close()),
  ];
  try {
    const stack = await startStack({
      brokers: copies,
      networks: networks.map(({ toBrokers }) => toBrokers.map(({ port }) => port)),
      brokerSettings,
    });
    closing.push(() => stack.stop());
    for (const [index, network] of networks.entries())
      network.lead(stack.networks[index] ?? [], Number(new URL(stack.registryUrl).port));
    return await onStack(settings, stack, networks, directory, closing, began);
  } finally {
    for (const close of closing.reverse()) await close();
  }
};

const brokerSettings = {
  'log.retention.ms': '-1',
  'offsets.topic.num.partitions': '4',
  // Shorter than a restart takes: docs/reliability.md says why.
  'broker.session.timeout.ms': '3000',
  'broker.heartbeat.interval.ms': '500',
};

const onStack = async (
  { seed, facts, lanes, seconds, faults, program, logs, say }: RunSettings,
  stack: Stack,
  networks: readonly Network[],
  directory: string,
  closing: (() => Promise<unknown> | unknown)[],
  began: number,
): Promise<Result> => {
  await createTopics(program, stack, lanes);
  const verdict = new Verdict();
  const log: ChaosLog = {
    say,
    find: text => {
      say(`FOUND: ${text}`);
      verdict.add('wrong', text);
    },
  };
  const [asking, producing] = [await openPlain(stack.brokers), await openPlain(stack.brokers)];
  closing.push(
    () => asking.disconnect(),
    () => producing.disconnect(),
  );
  await producing.addMultipleTargetTopics([...sources]);
  const registry = httpRegistry({ url: stack.registryUrl, timeoutMs: 10_000 });
  const producer = new FactProducer(producing, await factEncoding(registry, 0), {
    seed,
    facts,
    perSecond: facts / seconds,
    lanes,
  });
  const progress = new Progress(asking, lanes);
  const rebalances = new Rebalances();
  let chaos: Chaos | undefined;
  let restarts = 0;
  mkdirSync(logs, { recursive: true });
  const members = networks.map((network, number) => {
    const stateDir = memberDirectory(directory, number);
    return new Member({
      number,
      program,
      network,
      stateDir,
      logFile: join(logs, `member-${number + 1}.log`),
      environment: memberEnvironment({
        ...memberSettings(network, stack.brokers, stack.registryUrl),
        'state.dir': stateDir,
      }),
      watched: {
        assigned: member => rebalances.assigned(member.settings.number, performance.now()),
        endedByItself: (member, code, assigned) => {
          restarts += 1;
          const text = `${member.name} ended by itself with ${code}${assigned ? '' : ' before it had lanes'}`;
          if (assigned || !chaos?.troubled) log.find(text);
          else say(`       ${text}: started again`);
        },
      },
    });
  });
  closing.push(() => Promise.all(members.map(member => member.end())));
  for (const member of members.slice(0, membersAtFirst)) member.start();
  await until('all lanes have an owner', 60_000, () => !owned(members, lanes)?.endsWith('no owner'));

  const brokers = new Brokers(asking);
  chaos = new Chaos({ stack, brokers, members, producer, registry, lanes }, progress, log);
  progress.start();
  say(`seed ${seed}: ${facts} facts in ${seconds} s on ${lanes} lanes, ${faults.length} faults`);
  const produced = producer.run(new AbortController().signal).then(() => {
    progress.rest();
    say('       all facts are produced');
  });
  await Promise.all([produced, chaos.run(faults)]);

  await brokers.inSync(copies);
  // Before it has started, a member that is asked to end just ends.
  const all = () => members.filter(({ pid }) => pid !== undefined).every(({ runs }) => runs);
  await until('all members have started', 60_000, all).catch(error => log.find(String(error)));
  await until('all lanes have one owner', 30_000, () => owned(members, lanes) === undefined).catch(() =>
    log.find(`after all faults had healed, ${owned(members, lanes)}`),
  );
  await producer.end();
  const ends = await endsOf(producing, lanes);
  const behind = () =>
    ends.some((ofTopic, topic) => ofTopic.some((end, lane) => (progress.offsets[topic]?.[lane] ?? -1) < end));
  await until('everything is committed', caughtUpWithinMs, () => !behind()).catch(() =>
    log.find(`not everything was committed within ${caughtUpWithinMs / 1_000} s`),
  );
  say('       everything is committed');
  await progress.stop();
  for (const code of await Promise.all(members.filter(({ pid }) => pid !== undefined).map(member => member.stop())))
    if (code !== 0) log.find(`a member ended with ${code} when it was asked to`);
  await settled(asking, lanes);

  const aborted = countAborted(stack.directory, copies);
  const judged = await judge(stack.brokers, seed, producer.stream.orders, verdict);
  for (const line of verdict.lines) say(line);
  for (const line of await explain(stack.brokers, verdict.orders)) say(line);
  return {
    seed,
    ...judged,
    facts: judged.records - judged.repeated,
    verdict,
    struck: chaos.struck,
    rebalances: rebalances.count,
    abortedTransactions: aborted,
    longestUnavailabilityMs: Math.round(progress.longestMs),
    producerRepeats: producer.repeated,
    restarts,
    fenced: members.reduce((sum, { counts }) => sum + counts.fenced, 0),
    storesSetAside: members.reduce((sum, { counts }) => sum + counts.aside, 0),
    seconds: Math.round((performance.now() - began) / 1_000),
  };
};

/** By the program itself, as users do. */
const createTopics = async (program: string, stack: Stack, lanes: number): Promise<void> => {
  const env = memberEnvironment({
    ...memberSettings(undefined, stack.brokers, stack.registryUrl),
    'topics.partitions': String(lanes),
    'topics.replication_factor': String(copies),
  });
  await promisify(execFile)(process.execPath, [program, 'topics', 'create'], { env });
};

/** What is wrong with who has which lanes; undefined: each has one owner. */
const owned = (members: readonly Member[], lanes: number): string | undefined => {
  for (let lane = 0; lane < lanes; lane++) {
    const owners = members.filter(member => member.lanes.includes(lane));
    if (owners.length !== 1)
      return `lane ${lane} has ${owners.length === 0 ? 'no owner' : `owners ${owners.map(({ name }) => name).join(' and ')}`}`;
  }
  return undefined;
};

const until = async (what: string, withinMs: number, is: () => boolean): Promise<void> => {
  for (const end = Date.now() + withinMs; !is(); await wait(100))
    if (Date.now() > end) throw new Error(`Cannot go on as it did not come to be within ${withinMs} ms that ${what}`);
};

const endsOf = (cluster: Cluster, lanes: number): Promise<number[][]> =>
  Promise.all(
    sources.map(topic =>
      Promise.all(
        Array.from({ length: lanes }, async (_, lane) =>
          Number(await edgeOffset(cluster, topic, lane, 'highWatermark')),
        ),
      ),
    ),
  );

/** Resolves when no transaction is open any more: else the judge would not see all. */
const settled = async (cluster: Cluster, lanes: number): Promise<void> => {
  await cluster.addMultipleTargetTopics([...outputs]);
  for (const topic of outputs)
    for (const { partitionId } of cluster.findTopicPartitionMetadata(topic).slice(0, lanes))
      for (const end = Date.now() + 30_000; Date.now() < end; await wait(100)) {
        const [stable, high] = await Promise.all([
          edgeOffset(cluster, topic, partitionId, 'end'),
          edgeOffset(cluster, topic, partitionId, 'highWatermark'),
        ]);
        if (stable === high) break;
      }
};
