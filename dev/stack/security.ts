/**
 * The secured listener: TLS by an authority of our own, users by PLAIN and SCRAM, and rights by Kafka's own authorizer.
 * Keys are made once and kept in the cache directory. Passwords are for this machine only, and so stand in the open.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cache, javaProgram } from './process';

/**
 * `orders` may do everything. `guest` and `pipeline` can log in and have no rights until somebody grants them: `pipeline` is who
 * gets exactly what a run needs.
 */
export const users = { orders: 'orders-secret', guest: 'guest-secret', pipeline: 'pipeline-secret' } as const;
export type User = keyof typeof users;

export interface Security {
  /** PEM of the authority that clients have to trust. */
  readonly ca: string;
  readonly caFile: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly formatArguments: readonly string[];
}

const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'];
const storePassword = 'local-stack';

export const secure = async (): Promise<Security> => {
  const directory = await keys();
  const caFile = join(directory, 'ca.pem');
  const listener = (mechanism: string) => `listener.name.secure.${mechanism.toLowerCase()}.sasl.jaas.config`;
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  const logins = Object.entries(users).map(([name, password]) => `user_${name}="${password}"`);
  return {
    ca: readFileSync(caFile, 'utf8'),
    caFile,
    properties: {
      'sasl.enabled.mechanisms': mechanisms.join(','),
      [listener('PLAIN')]: `org.apache.kafka.common.security.plain.PlainLoginModule required ${logins.join(' ')};`,
      [listener('SCRAM-SHA-256')]: scram,
      [listener('SCRAM-SHA-512')]: scram,
      'ssl.keystore.type': 'PKCS12',
      'ssl.keystore.location': join(directory, 'broker.p12'),
      'ssl.keystore.password': storePassword,
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      // What nobody has granted is refused.
      'allow.everyone.if.no.acl.found': 'false',
      // ANONYMOUS is the plain listener: brokers among themselves, and tests that set the scene.
      'super.users': 'User:ANONYMOUS;User:orders',
    },
    formatArguments: Object.entries(users).flatMap(([name, password]) =>
      ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap(mechanism => [
        '-S',
        `${mechanism}=[name=${name},password=${password}]`,
      ]),
    ),
  };
};

/** The directory of ca.pem and broker.p12. Made aside and moved there whole, so that two may make it at once. */
const keys = async (): Promise<string> => {
  const directory = join(cache, 'keys');
  if (existsSync(directory)) return directory;
  mkdirSync(cache, { recursive: true });
  const aside = mkdtempSync(join(cache, 'keys-'));
  const keytool = (...args: string[]) =>
    promisify(execFile)(javaProgram('keytool'), [...args, '-storetype', 'PKCS12', '-storepass', storePassword], {
      cwd: aside,
    });
  const pair = (alias: string, ...args: string[]) => [
    ...['-genkeypair', '-alias', alias, '-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '3650'],
    ...['-keystore', `${alias}.p12`, ...args],
  ];
  try {
    await Promise.all([
      keytool(...pair('ca', '-dname', 'CN=Local stack authority', '-ext', 'bc:c=ca:true')),
      keytool(...pair('broker', '-dname', 'CN=localhost')),
    ]);
    await Promise.all([
      keytool('-exportcert', '-rfc', '-alias', 'ca', '-keystore', 'ca.p12', '-file', 'ca.pem'),
      keytool('-certreq', '-alias', 'broker', '-keystore', 'broker.p12', '-file', 'broker.csr'),
    ]);
    const names = 'san=ip:127.0.0.1,dns:localhost';
    await keytool(
      ...['-gencert', '-rfc', '-alias', 'ca', '-keystore', 'ca.p12', '-ext', names, '-validity', '3650'],
      ...['-infile', 'broker.csr', '-outfile', 'broker.pem'],
    );
    await keytool('-importcert', '-noprompt', '-alias', 'ca', '-keystore', 'broker.p12', '-file', 'ca.pem');
    await keytool('-importcert', '-noprompt', '-alias', 'broker', '-keystore', 'broker.p12', '-file', 'broker.pem');
    renameSync(aside, directory);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    if (!existsSync(directory)) throw new Error(`Cannot make the keys of the local stack: ${error}`, { cause: error });
  }
  return directory;
};
