/** A secured stack as its users meet it, and its rights as an administrator gives and takes them. */
import { setTimeout as wait } from 'node:timers/promises';
import {
  type AclEntry,
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  type Admin,
  Kafka,
  logLevel,
  ResourcePatternTypes,
} from 'kafkajs';
import type { Right } from '../../connectors/kafka/rights/right';
import type { KafkaConnection } from '../../connectors/kafka/settings';
import type { Stack } from '../../dev/stack';
import type { User } from '../../dev/stack/security';
import type { GivenSettings } from '../commands/run/program';

export const securityOf = ({ security }: Stack) => {
  if (!security) throw new Error('Cannot use the secured listener as the stack was started without');
  return security;
};

/** How a program is told to log in. */
export const settingsAs = (user: User, stack: Stack): GivenSettings => {
  const { brokers, caFile, users } = securityOf(stack);
  return {
    'kafka.brokers': brokers.join(','),
    'kafka.security.tls.enabled': 'true',
    'kafka.security.tls.ca_file': caFile,
    'kafka.security.sasl.mechanism': 'scram-sha-512',
    'kafka.security.sasl.username': user,
    'kafka.security.sasl.password': users[user],
  };
};

export const connectionAs = (user: User, stack: Stack): KafkaConnection => {
  const { brokers, ca, users } = securityOf(stack);
  return {
    brokers,
    clientId: user,
    connectionTimeoutMs: 10_000,
    requestTimeoutMs: 30_000,
    tls: { ca, rejectUnauthorized: true },
    sasl: { mechanism: 'scram-sha-512', username: user, password: users[user] },
  };
};

export type Granted = Pick<Right, 'operation' | 'on' | 'name'>;

export const grant = (stack: Stack, user: User, rights: readonly Granted[]): Promise<void> =>
  administered(stack, async admin => {
    const acl = rights.map(right => entryOf(user, right));
    if (acl.length === 0) return; // kafkajs refuses to grant nothing
    await admin.createAcls({ acl });
    for (const one of acl) await until(async () => isThere(admin, one));
  });

export const revoke = (stack: Stack, user: User, rights: readonly Granted[]): Promise<void> =>
  administered(stack, async admin => {
    const acl = rights.map(right => entryOf(user, right));
    if (acl.length === 0) return;
    await admin.deleteAcls({ filters: acl });
    for (const one of acl) await until(async () => !(await isThere(admin, one)));
  });

/** By the plain listener, where everybody is an administrator. */
const administered = async (stack: Stack, act: (admin: Admin) => Promise<void>): Promise<void> => {
  const admin = new Kafka({ brokers: [...stack.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await act(admin);
  } finally {
    await admin.disconnect();
  }
};

/** What the controller has decided, the broker's authorizer learns a moment later. */
const isThere = async (admin: Admin, entry: AclEntry): Promise<boolean> =>
  (await admin.describeAcls(entry)).resources.length > 0;

const until = async (asked: () => Promise<boolean>): Promise<void> => {
  for (let asks = 0; asks < 500; asks++) {
    if (await asked()) return;
    await wait(10);
  }
  throw new Error('Cannot change rights as the broker does not take them over');
};

const operations = {
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
  Create: AclOperationTypes.CREATE,
  Delete: AclOperationTypes.DELETE,
  Describe: AclOperationTypes.DESCRIBE,
  DescribeConfigs: AclOperationTypes.DESCRIBE_CONFIGS,
} as const;

const resources = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  'transactional ids': AclResourceTypes.TRANSACTIONAL_ID,
} as const;

const entryOf = (user: User, { operation, on, name }: Granted): AclEntry => ({
  resourceType: resources[on],
  resourceName: name,
  resourcePatternType: on === 'transactional ids' ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
  principal: `User:${user}`,
  host: '*',
  operation: operations[operation],
  permissionType: AclPermissionTypes.ALLOW,
});
