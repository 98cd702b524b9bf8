/** Processes that die or freeze at any moment: restarting is always right. Every sum stays, nothing is there twice. */
import { type Stack, startStack } from '../../../dev/stack';
import { killAll, start } from './program';
import { Scene, type Verdict } from './scene';

let stack: Stack;
let scene: Scene;

// The dead are missed after a second: by default a broker allows no less than six.
beforeAll(async () => {
  stack = await startStack({ brokerSettings: { 'group.min.session.timeout.ms': '500' } });
});
beforeEach(async () => {
  scene = await Scene.open({ place: stack });
});
afterEach(async () => {
  await killAll();
  await scene.close();
});
afterAll(() => stack.stop());

const records = 20_000;

/** About three seconds of work, in a hundred transactions. */
const settings = () => ({
  ...scene.settings,
  'kafka.session_timeout_ms': '1500',
  'kafka.heartbeat_interval_ms': '300',
  'kafka.rebalance_timeout_ms': '3000',
  'kafka.transactions_per_second_max': '30',
});

const allOnce = ({ wanted }: Verdict) => ({ produced: records, unaccounted: 0, problems: [], wanted, written: wanted });

test('killed again and again, and started again', async () => {
  await scene.produce(records);
  for (const left of [0.85, 0.7, 0.55, 0.4, 0.25]) {
    const member = start(['run'], settings());
    await scene.behindAtMost(left * records, member);
    member.send('SIGKILL');
    await member.ended;
    expect(await scene.behind()).toBeGreaterThan(0);
  }
  await scene.behindAtMost(0, start(['run'], settings()));
  const verdict = await scene.verdict();
  expect(verdict).toEqual(allOnce(verdict));
});
