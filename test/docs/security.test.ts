/** docs/security.md says what rights are needed: its tables and its commands are those of the one list, for its settings. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
  rightsToCheckTopics,
  rightsToCreateTopics,
  rightsToForget,
  rightsToPreview,
  rightsToRepartition,
  rightsToReplay,
  rightsToReset,
  rightsToRun,
  rightsToTellLag,
} from '../../commands/rights/needed';
import { catalogue } from '../../commands/settings/catalogue';
import type { Right } from '../../connectors/kafka/rights/right';
import { call } from '../commands/call';
import { loaded } from '../commands/rights/settings';

const page = readFileSync(join(__dirname, '../../docs/security.md'), 'utf8');
const settings = loaded({});

/** Rows of the table below a heading. */
const table = (heading: string): readonly string[] =>
  (page.split(/^## /m).find(part => part.startsWith(`${heading}\n`)) ?? '')
    .split('\n')
    .filter(line => /^\| (?!-)/.test(line))
    .slice(1);

const cells = ({ operation, on, name, by, why }: Right) =>
  `| ${operation} | ${on} \`${name}${on === 'transactional ids' ? '…' : ''}\` | \`${by}\` | ${why} |`;

/** Whether who may run may do this as well. */
const runCovers = ({ operation, on, name }: Right) =>
  rightsToRun(settings).some(
    right => right.on === on && right.name === name && (right.operation === operation || operation === 'Describe'),
  );

test('the rights of a run', () => {
  expect(table('What a run needs')).toEqual(rightsToRun(settings).map(cells));
});

test('what other commands need beyond', () => {
  const into = 'odp.order-events.again';
  const needed: readonly (readonly [string, readonly Right[]])[] = [
    ['doctor`, `topics check', rightsToCheckTopics(settings)],
    ['topics create', rightsToCreateTopics(settings)],
    ['reset', rightsToReset(settings)],
    [`replay --rebuild --into ${into}`, rightsToReplay(settings, [into, `${into}.failures`, `${into}.summaries`])],
    [
      'repartition --from commerce.orders --to commerce.orders.by-key',
      rightsToRepartition(settings, { from: 'commerce.orders', to: 'commerce.orders.by-key' }),
    ],
  ];
  const rows = needed.flatMap(([command, rights]) =>
    rights.filter(right => !runCovers(right)).map(right => `| \`${command}\` ${cells(right)}`),
  );
  expect(table('What other commands need')).toEqual(rows);
  const [source = ''] = settings.topics.sources;
  const alike = [rightsToForget, rightsToTellLag].flatMap(of => of(settings));
  for (const right of [...alike, ...rightsToPreview(source), ...rightsToReplay(settings, [])])
    expect(runCovers(right)).toBe(true);
});

test('the commands are those that doctor --acls prints', async () => {
  const [, printed] = /^odp-orders doctor --acls\n([\s\S]*?)^```/m.exec(page) ?? [];
  const given = [
    'kafka.brokers=broker-1.example:9093,broker-2.example:9093',
    'kafka.security.tls.enabled=true',
    'kafka.security.sasl.mechanism=scram-sha-512',
    'kafka.security.sasl.username=odp-orders',
    'kafka.security.sasl.password=secret',
  ].flatMap(one => ['--set', one]);
  expect(await call('doctor', '--acls', ...given)).toEqual({ code: 0, out: printed, err: '' });
});

test('its settings are settings', () => {
  const [, yaml = ''] = /^```yaml\n([\s\S]*?)^```/m.exec(page) ?? [];
  const names: string[] = [];
  const walk = (value: unknown, path: string) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) names.push(path);
    else for (const [key, inner] of Object.entries(value)) walk(inner, path === '' ? key : `${path}.${key}`);
  };
  walk(parse(yaml), '');
  expect(names).toHaveLength(6);
  expect(catalogue.map(({ path }) => path)).toEqual(expect.arrayContaining(names));
});
