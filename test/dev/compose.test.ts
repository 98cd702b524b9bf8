/** Docker Compose offers what dev/stack.ts starts: the same versions, ports and broker behaviour, and calls that exist. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { createProgram } from '../../commands/main';
import { catalogue } from '../../commands/settings/catalogue';
import { fixedPorts, kafkaVersion, registryVersion } from '../../dev/stack';
import { behaviour } from '../../dev/stack/broker';
import { packageRoot } from '../../dev/stack/process';

interface Service {
  readonly image: string;
  readonly ports?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly healthcheck?: { readonly test?: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const read = (path: string) => readFileSync(join(packageRoot(), path), 'utf8');
const services: Record<string, Service> = parse(read('docker-compose.yml'), { merge: true }).services;
const service = (name: string): Service => services[name]!;
const pomVersion = (name: string) =>
  new RegExp(`<${name}.version>(.*)</${name}.version>`).exec(read('dev/stack/pom.xml'))?.[1];

test('one version each of broker and registry: in the pom, in dev/stack.ts, in Compose', () => {
  expect(pomVersion('kafka')).toBe(kafkaVersion);
  expect(pomVersion('registry')).toBe(registryVersion);
  expect(service('kafka').image).toBe(`apache/kafka:${kafkaVersion}`);
  expect(service('registry').image).toBe(`apicurio/apicurio-registry-mem:${registryVersion}`);
});

test('broker and registry stand on the fixed ports, on this machine only', () => {
  expect(service('kafka').ports).toEqual([`127.0.0.1:${fixedPorts.broker}:${fixedPorts.broker}`]);
  expect(service('registry').ports).toEqual([`127.0.0.1:${fixedPorts.registry}:${fixedPorts.registry}`]);
  expect(service('registry').environment.QUARKUS_HTTP_PORT).toBe(String(fixedPorts.registry));
  const others = Object.entries(services).filter(([name]) => !['kafka', 'registry'].includes(name));
  for (const [, { ports }] of others) expect(ports).toBeUndefined();
});

test('each listener is opened, and advertised where those who use it can reach it', () => {
  const listeners = (name: string) =>
    Object.fromEntries((service('kafka').environment[name] ?? '').split(',').map(listener => listener.split('://')));
  const internal = service('pipeline').environment.ODP_ORDERS_KAFKA_BROKERS;
  expect(listeners('KAFKA_ADVERTISED_LISTENERS')).toEqual({
    PLAINTEXT: `127.0.0.1:${fixedPorts.broker}`,
    INTERNAL: internal,
  });
  expect(listeners('KAFKA_LISTENERS')).toEqual({
    PLAINTEXT: `0.0.0.0:${fixedPorts.broker}`,
    INTERNAL: `0.0.0.0:${internal?.split(':')[1]}`,
    CONTROLLER: `0.0.0.0:${fixedPorts.controller}`,
  });
  expect(service('kafka').environment.KAFKA_CONTROLLER_QUORUM_VOTERS).toBe(`1@kafka:${fixedPorts.controller}`);
});

test.each(Object.entries(behaviour(1)))('the broker behaves as ours: %s', (name, value) => {
  expect(service('kafka').environment[`KAFKA_${name.toUpperCase().replaceAll('.', '_')}`]).toBe(String(value));
});

const ours = Object.entries(services).filter(([, { image }]) => image === 'odp-order-stream');

test.each(ours)('%s: its settings exist', (_, { environment }) => {
  const variables = catalogue.map(setting => setting.variable);
  for (const variable of Object.keys(environment)) expect(variables).toContain(variable);
});

test.each(ours.filter(([, { entrypoint }]) => !entrypoint))(
  '%s: its command exists',
  (_, { command: [name, ...words] = [] }) => {
    const command = createProgram().commands.find(candidate => candidate.name() === name);
    expect(command?.name()).toBe(name);
    const known = [
      ...(command?.options ?? []).map(option => option.long),
      ...(command?.registeredArguments ?? []).flatMap(argument => argument.argChoices ?? []),
    ];
    for (const word of words) expect(known).toContain(word);
  },
);

test('nothing starts before what it needs: services are healthy, preparations are done', () => {
  for (const { depends_on } of Object.values(services))
    for (const [name, { condition }] of Object.entries(depends_on ?? {})) {
      const lasts = service(name).healthcheck?.test !== undefined;
      expect(condition).toBe(lasts ? 'service_healthy' : 'service_completed_successfully');
    }
  expect(Object.keys(service('pipeline').depends_on ?? {}).sort()).toEqual(['kafka', 'registry', 'schemas', 'topics']);
});

test('the image gets all it copies, and runs without rights it does not need', () => {
  const allowed = read('.dockerignore')
    .split('\n')
    .flatMap(line => (line.startsWith('!') ? [line.slice(1)] : []));
  const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources = '']) =>
    sources.split(' '),
  );
  expect(copied.sort()).toEqual(allowed.sort());
  expect(read('Dockerfile')).toMatch(/^USER node$/m);
});
