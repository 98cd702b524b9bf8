/** Faults of members, of their disks and of their way to the brokers. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { group } from '../topics';
import type { Weather } from '../world/link';
import type { Member } from '../world/member';
import { damage } from './damage';
import type { Fault } from './schedule';
import type { Strike } from './world';

export const killed = async (member: Member): Promise<Strike> => {
  const { lanes } = member;
  await member.kill();
  return { whom: member.name, lanes, heal: async () => member.start() };
};

/** Past its session: another has its lanes when it wakes, and it does not know. */
export const frozen = async (member: Member): Promise<Strike> => {
  const { lanes } = member;
  member.freeze();
  return { whom: member.name, lanes, heal: async () => member.wake() };
};

/** Gets the processor for a moment, again and again, and not for most of the time: all that it does takes long, at any place. */
export const starved = (member: Member, { draw }: Fault): Strike => {
  let starving = true;
  const done = (async () => {
    while (starving) {
      member.freeze();
      await wait(100 + (draw % 300));
      member.wake();
      await wait(30);
    }
  })();
  return {
    whom: member.name,
    lanes: member.lanes,
    heal: async () => {
      starving = false;
      await done;
    },
  };
};

export const storeDamaged = async (member: Member, { draw }: Fault): Promise<Strike> => {
  const { lanes, settings } = member;
  await member.kill();
  const what = damage(join(settings.stateDir, group), draw);
  return { whom: `${member.name}, ${what}`, lanes, heal: async () => member.start() };
};

export const added = async (member: Member): Promise<Strike> => {
  member.start();
  return { whom: member.name, lanes: [], heal: async () => {} };
};

/** Told when a member does not end as it should. */
type Refused = (code: number | null) => void;

/** It is removed, joins again, and is frozen in the middle of beginning its lanes, shorter than its session. */
export const beginnerFrozen = async (member: Member, { draw }: Fault, refused: Refused): Promise<Strike> => {
  await removed(member, refused);
  member.start();
  for (const end = Date.now() + assignedWithinMs; member.lanes.length === 0 && Date.now() < end; ) await wait(5);
  await wait(draw % 500);
  member.freeze();
  return { whom: member.name, lanes: member.lanes, heal: async () => member.wake() };
};
const assignedWithinMs = 20_000;

/**
 * Frozen past its session; then whoever gets one of its lanes is frozen too, in the middle of beginning it, and the first wakes:
 * what it has in hand it can write at leisure, unless it was stopped before its heir read anything.
 * @param claimed Whether a member may be struck; if so nothing else strikes it meanwhile.
 */
export const heirFrozen = async (
  member: Member,
  others: readonly Member[],
  { draw }: Fault,
  claimed: (heir: Member) => boolean,
): Promise<Strike> => {
  const { lanes } = member;
  member.freeze();
  const inherits = (other: Member) => other.runs && other.lanes.some(lane => lanes.includes(lane));
  let heir: Member | undefined;
  for (const end = Date.now() + assignedWithinMs; heir === undefined && Date.now() < end; await wait(5))
    heir = others.find(other => other !== member && inherits(other) && claimed(other));
  await wait(draw % 500);
  heir?.freeze();
  member.wake();
  const whom = `${member.name} until ${heir === undefined ? 'nobody' : `${heir.name}, frozen now,`} got its lanes`;
  return { whom, lanes, heal: async () => heir?.wake() };
};

export const removed = async (member: Member, refused: Refused): Promise<Strike> => {
  const { lanes } = member;
  const code = await member.stop();
  if (code !== 0) refused(code);
  return { whom: member.name, lanes, heal: async () => {} };
};

/** To all brokers, or for half of the draws to one of them. */
export const weather = (member: Member, weather: Weather, { draw }: Fault): Strike => {
  const { network } = member.settings;
  const broker = draw % 2 === 0 ? undefined : 1 + (Math.floor(draw / 2) % network.toBrokers.length);
  network.set(weather, broker);
  return {
    whom: `${member.name} to ${broker === undefined ? 'all brokers' : `broker ${broker}`}`,
    lanes: member.lanes,
    heal: async () => network.set({ kind: 'fair' }, broker),
  };
};
