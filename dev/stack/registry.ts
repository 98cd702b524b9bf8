/** The schema registry: Apicurio, spoken to through its Confluent-compatible API. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cache, JavaNode } from './process';

export interface RegistryPlan {
  readonly version: string;
  readonly directory: string;
  readonly port: number;
  readonly heapMb: number;
}

export const registryUrl = (port: number) => `http://127.0.0.1:${port}/apis/ccompat/v7`;

export const registryNode = (plan: RegistryPlan): JavaNode => {
  const directory = join(plan.directory, 'registry');
  mkdirSync(directory, { recursive: true });
  const url = registryUrl(plan.port);
  return new JavaNode(
    {
      name: `schema registry on 127.0.0.1:${plan.port}`,
      main: 'io.quarkus.runner.GeneratedMain',
      classpath: [join(cache, `registry/apicurio-registry-app-${plan.version}-runner.jar`)],
      flags: [
        `-Xmx${plan.heapMb}m`,
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        '-XX:+ExitOnOutOfMemoryError',
        '-XX:-UsePerfData',
        '-Djava.util.logging.manager=org.jboss.logmanager.LogManager',
        '-Dquarkus.http.host=127.0.0.1',
        `-Dquarkus.http.port=${plan.port}`,
        '-Dquarkus.log.level=WARN',
        // On disk, so that schemas and their ids survive a kill and a new start.
        `-Dquarkus.datasource.jdbc.url=jdbc:h2:file:${join(directory, 'schemas')};WRITE_DELAY=0`,
        '-Dquarkus.datasource.jdbc.min-size=1',
        '-Dquarkus.datasource.jdbc.initial-size=1',
      ],
      args: [],
      log: join(directory, 'registry.log'),
    },
    () => demandBackwardCompatibility(url),
  );
};

/** Answers like the first real request of a client, and the setting is needed: compatibility starts as NONE. */
const demandBackwardCompatibility = async (url: string) => {
  const response = await fetch(`${url}/config`, {
    method: 'PUT',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json', connection: 'close' },
    body: JSON.stringify({ compatibility: 'BACKWARD' }),
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`it answers ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
};
