/** How our user is called, and how a right is granted as words of a shell. */
import { grantLine, principalOf } from '../../../commands/rights/grant';
import type { Right } from '../../../connectors/kafka/rights/right';
import { call } from '../call';
import type { GivenSettings } from '../run/program';
import { loaded } from './settings';

const scram = {
  'kafka.security.sasl.mechanism': 'scram-sha-512',
  'kafka.security.sasl.password': 'x',
};

test.each<[string, GivenSettings, string]>([
  ['a login', { ...scram, 'kafka.security.sasl.username': 'shop' }, 'User:shop'],
  [
    'a login beside a certificate',
    {
      ...scram,
      'kafka.security.sasl.username': 'shop',
      'kafka.security.tls.enabled': 'true',
      'kafka.security.tls.cert_file': __filename,
      'kafka.security.tls.key_file': __filename,
    },
    'User:shop',
  ],
  [
    'a certificate',
    {
      'kafka.security.tls.enabled': 'true',
      'kafka.security.tls.cert_file': __filename,
      'kafka.security.tls.key_file': __filename,
    },
    `User:<subject of ${__filename}>`,
  ],
  ['neither', { 'kafka.security.tls.enabled': 'true' }, 'User:ANONYMOUS'],
])('by %s', (_, given, principal) => {
  expect(principalOf(loaded(given))).toBe(principal);
});

test.each<[Right['on'], string, string, string]>([
  ['topic', 'orders', 'shop', '--allow-principal User:shop --operation Read --topic orders'],
  ['group', 'odp', "o'hara & sons", "--allow-principal 'User:o'\\''hara & sons' --operation Read --group odp"],
  [
    'transactional ids',
    'odp-',
    'shop',
    '--allow-principal User:shop --operation Read --transactional-id odp- --resource-pattern-type prefixed',
  ],
])('on %s %s to %s', (on, name, username, words) => {
  const settings = loaded({ ...scram, 'kafka.brokers': 'a:1,b:2', 'kafka.security.sasl.username': username });
  const right = { operation: 'Read', on, name, by: '', why: '' } as const;
  expect(grantLine(right, settings)).toBe(
    `kafka-acls.sh --bootstrap-server a:1,b:2 --command-config admin.properties --add ${words}`,
  );
});

test('doctor --acls is for people: not with --json', async () => {
  expect(await call('doctor', '--acls', '--json')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/--acls.*--json/),
  });
});
