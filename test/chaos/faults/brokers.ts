/** Faults of brokers. One at a time: with two of three away, Kafka promises nothing. */
import { topics } from '../topics';
import type { Fault } from './schedule';
import type { Strike, World } from './world';

const copies = 3;
const led = [topics.events, topics.state, topics.purchases, topics.deductions, topics.failures] as const;

const allLanes = ({ lanes }: World) => Array.from({ length: lanes }, (_, lane) => lane);

const killed = async (world: World, id: number, because: string): Promise<Strike> => {
  const node = world.stack.node(id);
  await node.kill();
  return {
    whom: `broker ${id}, ${because}`,
    lanes: allLanes(world),
    heal: async () => {
      await node.start();
      await world.brokers.inSync(copies);
    },
  };
};

/** The group's; or, for every third draw, that of one lane's transactions. */
export const coordinatorKilled = async (world: World, { draw }: Fault): Promise<Strike> => {
  const lane = draw % world.lanes;
  return draw % 3 === 0
    ? killed(world, await world.brokers.transactionCoordinator(lane), `coordinator of the transactions of lane ${lane}`)
    : killed(world, await world.brokers.groupCoordinator(), 'coordinator of the group');
};

export const leaderKilled = async (world: World, { draw }: Fault): Promise<Strike> => {
  const topic = led[draw % led.length] as (typeof led)[number];
  const lane = topic === topics.failures ? 0 : Math.floor(draw / led.length) % world.lanes;
  return killed(world, await world.brokers.leader(topic, lane), `leader of ${topic}[${lane}]`);
};

export const restarted = async (world: World, { draw }: Fault): Promise<Strike> => {
  const id = 1 + (draw % copies);
  const node = world.stack.node(id);
  await node.stop();
  return {
    whom: `broker ${id}, stopped as asked`,
    lanes: allLanes(world),
    heal: async () => {
      await node.start();
      await world.brokers.inSync(copies);
    },
  };
};

export const frozen = async (world: World, { draw }: Fault): Promise<Strike> => {
  const id = 1 + (draw % copies);
  const node = world.stack.node(id);
  node.pause();
  return {
    whom: `broker ${id}`,
    lanes: allLanes(world),
    heal: async () => {
      node.resume();
      await world.brokers.inSync(copies);
    },
  };
};
