/** docs/ledger.md says what the ledger does: its rules are the rows of the ledger's test, its example is driven. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerSettings } from '../../pipeline/order/ledger/settings';
import { call } from '../commands/call';
import { OdpModel } from '../model';
import { type Rule, rules } from '../pipeline/order/ledger/rules';

const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/ledger.md'), 'utf8');

/** Lines below a heading, to the next of its level. */
const section = (heading: string): readonly string[] =>
  (page.split(/^## /m).find(part => part.startsWith(`${heading}\n`)) ?? '').split('\n');

const settingNames: Readonly<Record<keyof LedgerSettings, string>> = {
  orphanWaitMs: 'ledger.orphan_wait_ms',
  latePurchase: 'ledger.late_purchase',
  overDeduction: 'ledger.over_deduction',
  changedPurchase: 'ledger.changed_purchase',
  factsPerOrderMax: 'ledger.facts_per_order_max',
  bytesPerOrderMax: 'ledger.bytes_per_order_max',
  retentionMs: 'state.retention_ms',
};

/** A bound of the test is far below one of life: only its name is told. */
const lineOf = ({ rule, settings = {} }: Rule): string => {
  const told = Object.entries(settings).map(([name, value]) => {
    const setting = settingNames[name as keyof LedgerSettings];
    return typeof value === 'number' && value > 0 ? `\`${setting}\`` : `\`${setting}: ${value}\``;
  });
  return `- ${rule}${told.length > 0 ? ` (${told.join(', ')})` : ''}`;
};

test('each rule is one line of the page and one row of the test, in one order', () => {
  expect(section('The rules').filter(line => line.startsWith('- '))).toEqual(rules.map(lineOf));
});

/** A row of the example: what came out of a line of the file, what it told, and what ODP holds then. */
const rowOf = (line: string): readonly string[] => {
  const [, , , outcome = '', sent = '', ...holds] = line.split('|').map(cell => cell.trim());
  return [outcome, sent, ...holds.slice(0, 4)];
};

test('the example is what the pipeline makes of its file, and what ODP then holds', async () => {
  const { out } = await call('preview', '--file', join(root, 'examples/ledger.jsonl'), '--json');
  const odp = new OdpModel('add');
  const driven = out.split('\n').flatMap(line => {
    if (line === '') return [];
    const { event, failure } = JSON.parse(line);
    if (event) odp.take(JSON.stringify(event));
    const { total, subtotal, tax, shipping } = event?.data.order ?? {};
    const order = odp.orders.get('SO-1');
    const holds = [order?.total, order?.subtotal, order?.tax, order?.shipping].map(sum => String(Number(sum) / 10_000));
    return [
      event
        ? [event.action, `${total}, ${subtotal}, ${tax}, ${shipping}`, ...holds]
        : [`failure \`${failure.code}\``, '–', ...holds],
    ];
  });
  const told = section('An example')
    .filter(line => /^\| \d/.test(line))
    .map(rowOf);
  expect(told.filter(([outcome]) => outcome !== 'dropped')).toEqual(driven);
  expect(told).toHaveLength(readFileSync(join(root, 'examples/ledger.jsonl'), 'utf8').trim().split('\n').length);
});
