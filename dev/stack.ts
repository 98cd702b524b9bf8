/**
 * The local stack: Kafka, one or three nodes, and a schema registry, on 127.0.0.1 and from the jars that
 * `node dev/setup.mjs --stack` got. It lives as long as this process at most: nothing is left behind, whichever way we end
 * (stack/process.ts says how).
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allKnowAll, brokerNode } from './stack/broker';
import { freePorts, portInUse } from './stack/ports';
import { cache, type JavaNode, type Node } from './stack/process';
import { registryNode, registryUrl } from './stack/registry';
import { secure, users } from './stack/security';

export type { Node } from './stack/process';

/** As in dev/stack/pom.xml and docker-compose.yml; a test compares them. */
export const kafkaVersion = '4.3.0';
export const registryVersion = '2.6.13.Final';

/** Where a stack with `ports: 'fixed'` stands, as Docker Compose's does. Further brokers take the following ports. */
export const fixedPorts = { broker: 9092, registry: 8081, controller: 19092, secure: 29092 } as const;

export interface StackOptions {
  /** Default 1. Of three, one may be killed and the rest goes on. */
  readonly brokers?: 1 | 3;
  /** Default 'free': any that are free. */
  readonly ports?: 'free' | 'fixed';
  /** Data and logs; kept, and taken up again by the next stack there. Default: a temporary one, removed at the end. */
  readonly directory?: string;
  /** Default true. */
  readonly registry?: boolean;
  /** A second listener with TLS, PLAIN, SCRAM and access rights. Default false. */
  readonly security?: boolean;
  /** Java heaps. Default 512 a broker, 256 the registry. */
  readonly brokerHeapMb?: number;
  readonly registryHeapMb?: number;
  /** Brokers for long work (benchmarks): full compiler and G1, slower to start. Default false. */
  readonly tuned?: boolean;
  /** Broker properties that win over ours: `{ 'message.max.bytes': '65536' }`. */
  readonly brokerSettings?: Readonly<Record<string, string>>;
  /**
   * Further plain listeners, for clients that reach the brokers by something in between (a proxy): of each the ports, one a
   * broker, where those clients find the brokers.
   */
  readonly networks?: readonly (readonly number[])[];
}

export interface Stack {
  /** Bootstrap addresses of the plain listener. */
  readonly brokers: readonly string[];
  /** The Confluent-compatible API; new schemas have to be BACKWARD compatible. */
  readonly registryUrl: string;
  readonly security?: {
    readonly brokers: readonly string[];
    /** PEM, and the file it is in. */
    readonly ca: string;
    readonly caFile: string;
    /** Passwords by name: `orders` may do everything, the others nothing until it is granted. */
    readonly users: typeof users;
  };
  /** Where the brokers really listen for the clients of each network. */
  readonly networks: readonly (readonly number[])[];
  /** A broker by its id, from 1. */
  node(id: number): Node;
  /** Fails when the stack was started without one. */
  registry(): Node;
  readonly directory: string;
  readonly logs: readonly string[];
  /** Ends all processes; a temporary directory is removed, another one is left clean for the next start. */
  stop(): Promise<void>;
}

const temporaryPrefix = 'odp-order-stack-';

export const startStack = async (options: StackOptions = {}): Promise<Stack> => {
  if (!existsSync(join(cache, 'launcher/classes/Guarded.class')))
    throw new Error(`Cannot start the local stack as its jars are not in ${cache}: run "node dev/setup.mjs --stack".`);
  const count = options.brokers ?? 1;
  const { brokers: ports, registry: registryPort } = await choosePorts(count, options);
  const security = options.security ? await secure() : undefined;
  const directory = options.directory ?? temporaryDirectory();
  mkdirSync(directory, { recursive: true });

  const plan = {
    clusterId: clusterId(directory),
    directory,
    ports,
    heapMb: options.brokerHeapMb ?? 512,
    tuned: options.tuned ?? false,
    security,
    settings: options.brokerSettings ?? {},
  };
  const brokers = ports.map((_, index) => brokerNode(plan, index + 1));
  const registry =
    options.registry === false
      ? undefined
      : registryNode({
          version: registryVersion,
          directory,
          port: registryPort,
          heapMb: options.registryHeapMb ?? 256,
        });
  const all: JavaNode[] = registry ? [...brokers, registry] : brokers;

  const stop = async () => {
    // What nobody will read again need not be closed in order.
    await Promise.all(all.map(node => (options.directory ? node.stop() : node.kill())));
    if (!options.directory) rmSync(directory, { recursive: true, force: true });
  };

  const started = await Promise.allSettled(all.map(node => node.start()));
  const failure = started.find(result => result.status === 'rejected');
  if (!failure) await allKnowAll(ports);
  else {
    await Promise.all(all.map(node => node.kill()));
    throw failure.reason;
  }

  const addresses = (kind: 'broker' | 'secure') => ports.map(port => `127.0.0.1:${port[kind]}`);
  return {
    brokers: addresses('broker'),
    networks: (options.networks ?? []).map((_, network) => ports.map(({ networks }) => networks[network]?.listen ?? 0)),
    registryUrl: registryUrl(registryPort),
    ...(security && { security: { brokers: addresses('secure'), ca: security.ca, caFile: security.caFile, users } }),
    node: id => one(brokers[id - 1], `broker ${id}`),
    registry: () => one(registry, 'registry'),
    directory,
    logs: all.map(node => node.log),
    stop,
  };
};

const one = (node: JavaNode | undefined, name: string): Node => {
  if (!node) throw new Error(`Cannot reach the ${name} of the local stack as it was started without one.`);
  return node;
};

const choosePorts = async (count: number, { ports, registry, security, networks = [] }: StackOptions) => {
  const inner = await freePorts(count * networks.length);
  const networksOf = (index: number) =>
    networks.map(seenAt => ({ listen: inner.pop() ?? 0, advertise: seenAt[index] ?? 0 }));
  if (ports === 'fixed') {
    const brokers = Array.from({ length: count }, (_, index) => ({
      broker: fixedPorts.broker + index,
      controller: fixedPorts.controller + index,
      secure: fixedPorts.secure + index,
      networks: networksOf(index),
    }));
    const needed = brokers.flatMap(({ broker, controller, secure }) => [
      broker,
      controller,
      ...(security ? [secure] : []),
    ]);
    const used = await portInUse(registry === false ? needed : [...needed, fixedPorts.registry]);
    if (used !== undefined)
      throw new Error(
        `Cannot start the local stack on 127.0.0.1:${used} as something else listens there: stop it, or use free ports.`,
      );
    return { brokers, registry: fixedPorts.registry };
  }
  const free = (await freePorts(3 * count + 1 + inner.length)).filter(port => !inner.includes(port));
  const take = () => free.pop() ?? 0;
  const brokers = Array.from({ length: count }, (_, index) => ({
    broker: take(),
    controller: take(),
    secure: take(),
    networks: networksOf(index),
  }));
  return { brokers, registry: take() };
};

/** Of the data in the directory; a new one is remembered there. */
const clusterId = (directory: string): string => {
  const file = join(directory, 'cluster-id');
  // Kafka's tools take a leading dash for an option.
  if (!existsSync(file)) writeFileSync(file, `k${randomBytes(16).toString('base64url').slice(1, 21)}A`);
  return readFileSync(file, 'utf8');
};

/** Named after our process: directories whose process is gone were left by a kill, and are removed here. */
const temporaryDirectory = (): string => {
  for (const name of readdirSync(tmpdir())) {
    const owner = name.startsWith(temporaryPrefix)
      ? Number(name.slice(temporaryPrefix.length).split('-')[0])
      : undefined;
    if (owner !== undefined && !isAlive(owner)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
  return mkdtempSync(join(tmpdir(), `${temporaryPrefix}${process.pid}-`));
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
