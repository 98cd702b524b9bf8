/**
 * Which faults, when, and for how long: drawn from the seed, nothing else. Kinds are dealt as cards, so that each comes before
 * any comes again; where each strikes is drawn here too, and found out when it strikes.
 */
import { Random } from '../../../dev/demo/random';

export const kinds = [
  'member killed',
  'coordinator broker killed',
  'member frozen',
  'leader broker killed',
  'network cut',
  'member added',
  'store damaged',
  'registry down',
  'member removed',
  'network slow',
  'broker restarted',
  'producer repeats',
  'network held',
  'broker frozen',
  'member starved',
  'beginner frozen',
  'heir frozen',
] as const;

export type FaultKind = (typeof kinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** Ms from the beginning. */
  readonly at: number;
  readonly lastsMs: number;
  /** Any whole number: where it strikes. */
  readonly draw: number;
}

export interface ScheduleSettings {
  readonly faults: number;
  /** Ms from the beginning: the first and the last come between. */
  readonly from: number;
  readonly until: number;
  readonly kinds: readonly FaultKind[];
}

/** Shortest and longest, ms. Who is frozen or held is so past its session. */
const lasting: Readonly<Record<FaultKind, readonly [number, number]>> = {
  'member killed': [500, 3_000],
  'coordinator broker killed': [1_000, 4_000],
  'member frozen': [7_500, 10_000],
  'leader broker killed': [1_000, 4_000],
  'network cut': [1_000, 8_000],
  'member added': [0, 0],
  'store damaged': [200, 2_000],
  'registry down': [2_000, 5_000],
  'member removed': [0, 0],
  'network slow': [3_000, 8_000],
  'broker restarted': [0, 1_000],
  'producer repeats': [500, 3_000],
  'network held': [7_500, 10_000],
  'broker frozen': [2_000, 7_000],
  'member starved': [4_000, 9_000],
  'beginner frozen': [1_000, 2_500],
  'heir frozen': [1_000, 2_500],
};

export const schedule = (seed: number, { faults, from, until, kinds: chosen }: ScheduleSettings): readonly Fault[] => {
  const random = new Random(seed ^ 0x5bd1e995);
  const stepMs = (until - from) / faults;
  let cards: FaultKind[] = [];
  return Array.from({ length: faults }, (_, index) => {
    if (cards.length === 0) cards = shuffled(chosen, random);
    const kind = cards.pop() as FaultKind;
    const [least, most] = lasting[kind];
    return {
      kind,
      at: Math.floor(from + stepMs * (index + random.below(1_000) / 1_000)),
      lastsMs: random.between(least, most),
      draw: random.below(1_000_000),
    };
  });
};

const shuffled = (list: readonly FaultKind[], random: Random): FaultKind[] => {
  const left = [...list];
  return list.map(() => left.splice(random.below(left.length), 1)[0] as FaultKind);
};
