/** One Kafka node, broker and controller in one: its properties, its flags, and how we see that it is up. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterMembers } from './probe';
import { cache, JavaNode } from './process';
import type { Security } from './security';

export interface BrokerPorts {
  readonly broker: number;
  readonly controller: number;
  readonly secure: number;
  /** Of each further network: where we listen, and where its clients are told that we are. */
  readonly networks: readonly { readonly listen: number; readonly advertise: number }[];
}

export interface ClusterPlan {
  readonly clusterId: string;
  readonly directory: string;
  /** One entry a node; node ids are 1, 2, 3. */
  readonly ports: readonly BrokerPorts[];
  readonly heapMb: number;
  /** Full compiler and G1, for long work; otherwise what starts fast and stays small. */
  readonly tuned: boolean;
  readonly security: Security | undefined;
  /** Broker properties that win over ours. */
  readonly settings: Readonly<Record<string, string>>;
}

const host = '127.0.0.1';

export const brokerNode = (plan: ClusterPlan, id: number): JavaNode => {
  const { port, directory } = { port: portsOf(plan, id).broker, directory: join(plan.directory, `broker-${id}`) };
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'server.properties');
  const data = join(directory, 'data');
  writeFileSync(
    file,
    Object.entries(properties(plan, id, data))
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  return new JavaNode(
    {
      name: `Kafka broker ${id} on ${host}:${port}`,
      main: 'Broker',
      classpath: [join(cache, 'broker/lib/*')],
      flags: brokerFlags(plan),
      args: [data, '-t', plan.clusterId, ...(plan.security?.formatArguments ?? []), '-c', file],
      log: join(directory, 'broker.log'),
    },
    async () => {
      const members = await clusterMembers(port);
      if (!members.includes(id)) throw new Error(`it is not among the brokers ${members.join(', ')} yet`);
    },
  );
};

/** A topic made before all brokers are known would have too few replicas. */
export const allKnowAll = async (ports: readonly BrokerPorts[]): Promise<void> => {
  for (const { broker } of ports)
    while ((await clusterMembers(broker)).length < ports.length) await new Promise(resolve => setTimeout(resolve, 50));
};

const portsOf = (plan: ClusterPlan, id: number): BrokerPorts => {
  const ports = plan.ports[id - 1];
  if (!ports) throw new Error(`Cannot plan Kafka broker ${id} as there are ${plan.ports.length}.`);
  return ports;
};

/** What clients notice, and so must be the same under Docker Compose (a test compares). */
export const behaviour = (nodes: number): Record<string, number | boolean> => ({
  'auto.create.topics.enable': false,
  'default.replication.factor': nodes,
  // Of three, one may be killed.
  'min.insync.replicas': Math.ceil(nodes / 2),
  'offsets.topic.replication.factor': nodes,
  'transaction.state.log.replication.factor': nodes,
  'transaction.state.log.min.isr': Math.ceil(nodes / 2),
  'share.coordinator.state.topic.replication.factor': nodes,
  'share.coordinator.state.topic.min.isr': Math.ceil(nodes / 2),
  // 50 of each by default: files and memory for nothing on one machine.
  'offsets.topic.num.partitions': 8,
  'transaction.state.log.num.partitions': 8,
  'group.initial.rebalance.delay.ms': 0,
});

const properties = (plan: ClusterPlan, id: number, data: string): Record<string, string | number | boolean> => {
  const { broker, controller, secure, networks } = portsOf(plan, id);
  const nodes = plan.ports.length;
  const usual = [`PLAINTEXT://${host}:${broker}`, ...(plan.security ? [`SECURE://${host}:${secure}`] : [])];
  const further = (port: 'listen' | 'advertise') =>
    networks.map((network, index) => `NETWORK${index + 1}://${host}:${network[port]}`);
  return {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': plan.ports.map((ports, index) => `${index + 1}@${host}:${ports.controller}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    listeners: [...usual, ...further('listen'), `CONTROLLER://${host}:${controller}`].join(','),
    'advertised.listeners': [...usual, ...further('advertise')].join(','),
    'listener.security.protocol.map': [
      'PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL,CONTROLLER:PLAINTEXT',
      ...networks.map((_, index) => `NETWORK${index + 1}:PLAINTEXT`),
    ].join(','),
    'log.dirs': data,
    ...behaviour(nodes),
    // Sized for two cores shared with clients; the cleaner's buffer alone is 128 MB by default.
    'num.network.threads': 2,
    'num.io.threads': 4,
    'background.threads': 2,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    ...plan.security?.properties,
    ...plan.settings,
  };
};

const brokerFlags = ({ heapMb, tuned }: ClusterPlan) => [
  `-Xmx${heapMb}m`,
  ...(tuned ? [`-Xms${heapMb}m`, '-XX:+UseG1GC'] : ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']),
  '-XX:+ExitOnOutOfMemoryError',
  '-XX:-UsePerfData',
  '-Djava.awt.headless=true',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
];
