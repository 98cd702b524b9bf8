/**
 * The local stack by itself: nothing outlives whoever started it, nodes can be broken and mended, the secured listener
 * lets in whom it should, and failures to start say where to look.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import { type Stack, type StackOptions, startStack } from '../../dev/stack';
import { clusterMembers } from '../../dev/stack/probe';
import { packageRoot } from '../../dev/stack/process';

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const until = async (what: string, holds: () => boolean, withinMs = 10_000) => {
  for (const deadline = Date.now() + withinMs; !holds(); ) {
    if (Date.now() > deadline) throw new Error(`Expected within ${withinMs} ms: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
};

const portOf = (address: string | undefined) => Number(address?.split(':')[1]);

describe('a program with a stack', () => {
  let program: ChildProcess;
  let pids: number[] = [];
  let directory: string;

  /** The built stack in a process of its own, since it is that process which has to die. */
  const start = async (options: StackOptions, then = '') => {
    const source = `
      const { startStack } = require(${JSON.stringify(join(packageRoot(), 'dist/dev/stack.js'))});
      startStack(${JSON.stringify(options)}).then(async stack => {
        const nodes = [stack.node(1), stack.registry()];
        ${then}
        console.log(JSON.stringify({ pids: nodes.map(node => node.pid), directory: stack.directory }));
        setInterval(() => {}, 1000);
      });`;
    program = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    const line = await Promise.race([
      once(createInterface({ input: program.stdout as NodeJS.ReadableStream }), 'line').then(String),
      once(program, 'exit').then(() => Promise.reject(new Error('The program ended instead of starting a stack.'))),
    ]);
    ({ pids, directory } = JSON.parse(line));
    expect(pids.map(isAlive)).toEqual([true, true]);
  };

  afterEach(() => {
    for (const pid of [program.pid as number, ...pids].filter(isAlive)) process.kill(pid, 'SIGKILL');
  });

  test('is killed (kill -9): so is its stack', async () => {
    await start({});
    program.kill('SIGKILL');
    await until('no process left', () => !pids.some(isAlive));
    // What the dead one left on disk is all in one place, and goes with the next start.
    expect(readdirSync(join(directory, 'registry/tmp'))).not.toEqual([]);
    const next = await startStack({ registry: false });
    expect(existsSync(directory)).toBe(false);
    await next.stop();
  });

  test('gets Ctrl-C twice, as a terminal sends it, to the whole group: so is its stack', async () => {
    await start({});
    process.kill(-(program.pid as number), 'SIGINT');
    process.kill(-(program.pid as number), 'SIGINT');
    await until('no process left', () => !pids.some(isAlive));
  });

  test('is killed while its nodes are paused: so is its stack', async () => {
    await start({}, 'for (const node of nodes) node.pause();');
    program.kill('SIGKILL');
    await until('no process left', () => !pids.some(isAlive));
  });
});

test('a broker of three is killed, and comes back with its data; the registry keeps its schemas', async () => {
  const stack = await startStack({ brokers: 3 });
  try {
    const [first, second] = stack.brokers.map(portOf) as [number, number];
    expect((await clusterMembers(first)).sort()).toEqual([1, 2, 3]);

    const schemas = `${stack.registryUrl}/subjects/orders-value/versions`;
    const schema = JSON.stringify({ schema: '"string"' });
    const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
    const { id } = (await (await fetch(schemas, { method: 'POST', headers, body: schema })).json()) as { id: number };
    await stack.registry().kill();
    await expect(fetch(schemas)).rejects.toThrow('fetch failed');

    const pid = stack.node(1).pid;
    await stack.node(1).kill();
    await expect(clusterMembers(first)).rejects.toThrow();
    expect(await clusterMembers(second)).toContain(2);
    await Promise.all([stack.node(1).start(), stack.registry().start()]);
    expect(stack.node(1).pid).not.toBe(pid);
    expect(await clusterMembers(first)).toContain(1);

    expect(await (await fetch(`${stack.registryUrl}/schemas/ids/${id}`)).json()).toMatchObject({ schema: '"string"' });
    expect(await (await fetch(`${stack.registryUrl}/config`)).json()).toMatchObject({ compatibilityLevel: 'BACKWARD' });

    stack.node(2).pause();
    await expect(clusterMembers(second)).rejects.toThrow('no answer');
    stack.node(2).resume();
    expect(await clusterMembers(second)).toContain(2);
  } finally {
    await stack.stop();
  }
  expect(existsSync(stack.directory)).toBe(false);
});

describe('the secured listener', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ security: true, registry: false });
  });
  afterAll(() => stack?.stop());

  const topicsAs = async (username: string, password: string, mechanism: string, ca = stack.security?.ca) => {
    const sasl = { mechanism, username, password } as NonNullable<KafkaConfig['sasl']>;
    const admin = new Kafka({
      brokers: [...(stack.security?.brokers ?? [])],
      ssl: { ...(ca && { ca }) },
      sasl,
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
    }).admin();
    try {
      await admin.connect();
      await admin.createTopics({ topics: [{ topic: `by-${username}-${mechanism}` }] });
      return await admin.listTopics();
    } finally {
      await admin.disconnect();
    }
  };

  test.each(['plain', 'scram-sha-256', 'scram-sha-512'])('%s', async mechanism => {
    expect(await topicsAs('orders', 'orders-secret', mechanism)).toContain(`by-orders-${mechanism}`);
    await expect(topicsAs('orders', 'wrong', mechanism)).rejects.toThrow(/[Aa]uthentication failed/);
    await expect(topicsAs('guest', 'guest-secret', mechanism)).rejects.toMatchObject({
      errors: [{ type: 'TOPIC_AUTHORIZATION_FAILED' }],
    });
  });

  test('is not trusted without its authority', async () => {
    await expect(topicsAs('orders', 'orders-secret', 'plain', '')).rejects.toThrow(/certificate/);
  });
});

test('a broker that cannot start says why and where its log is, and nothing is left running', async () => {
  const brokerSettings = { 'log.retention.hours': 'two' };
  await expect(startStack({ brokerSettings, registry: false })).rejects.toThrow(
    /Cannot start Kafka broker 1 on 127\.0\.0\.1:\d+ as it ended with exit code 1\.[\s\S]*log\.retention\.hours[\s\S]*broker\.log/,
  );
});

test('fixed ports in use are named', async () => {
  const first = await startStack({ ports: 'fixed', registry: false });
  try {
    await expect(startStack({ ports: 'fixed', registry: false })).rejects.toThrow(
      /127\.0\.0\.1:9092 as something else/,
    );
  } finally {
    await first.stop();
  }
});
