import { Ended, exitCodes } from '../../commands/exit';
import { schemas } from '../../commands/schemas/schemas';
import { loadSettings } from '../../commands/settings/load';
import { SettingsProblems } from '../../commands/settings/problem';
import { memoryRegistry } from '../../connectors/registry/memory';
import { completeSchema } from '../../schemas/schemas';
import { captured } from './call';

const settings = loadSettings({ env: {}, workingDirectory: __dirname });
if (settings instanceof SettingsProblems) throw settings;

const run = async (registry: ReturnType<typeof memoryRegistry>, action: 'check' | 'register') => {
  const { result, out } = await captured(() =>
    schemas(action, { json: true }, settings, registry).then(
      () => exitCodes.ok,
      (error: unknown) => (error instanceof Ended ? error.exitCode : Promise.reject(error)),
    ),
  );
  return { code: result, ...JSON.parse(out) };
};
type Found = { subject: string; state: string; problems: string[] };

test('check tells what is new and changes nothing; register registers it once', async () => {
  const registry = memoryRegistry();
  const checked = await run(registry, 'check');
  expect(checked.code).toBe(exitCodes.ok);
  expect(checked.registered).toEqual([]);
  expect(checked.schemas.map(({ subject }: Found) => subject)).toEqual([
    'commerce.orders-commerce.orders.OrderCancelled',
    'commerce.orders-commerce.orders.OrderPlaced',
    'commerce.orders-commerce.orders.OrderRefunded',
    'commerce.orders-commerce.orders.OrderReturned',
    'odp.order-events-value',
    'odp.order-failures-value',
    'odp.order-summaries-value',
    'odp-orders.state-odp.state.OrderState',
    'odp-orders.state-odp.state.LanePosition',
  ]);
  expect(new Set(checked.schemas.map(({ state }: Found) => state))).toEqual(new Set(['new']));
  expect(await registry.latest('odp.order-events-value')).toBeUndefined();

  expect((await run(registry, 'register')).registered).toHaveLength(9);
  const again = await run(registry, 'register');
  expect(again.registered).toEqual([]);
  expect(new Set(again.schemas.map(({ state }: Found) => state))).toEqual(new Set(['registered']));
});

test('a change that would break readers is told with its field, and nothing is registered', async () => {
  const registry = memoryRegistry();
  const { fields = [], ...event } = completeSchema('odp.OrderEvent');
  const without = fields.filter(({ name }) => name !== 'idempotence_id');
  registry.store({ text: JSON.stringify({ ...event, fields: without }) }, 'odp.order-events-value');
  const { code, registered, schemas: found } = await run(registry, 'register');
  expect(code).toBe(exitCodes.found);
  expect(registered).toEqual([]);
  const broken = found.filter(({ problems }: Found) => problems.length > 0);
  expect(broken).toEqual([
    expect.objectContaining({
      subject: 'odp.order-events-value',
      state: 'changed',
      problems: [expect.stringMatching(/^idempotence_id is new and has no default/)],
    }),
  ]);
  expect(await registry.latest('odp.order-failures-value')).toBeUndefined();
});
