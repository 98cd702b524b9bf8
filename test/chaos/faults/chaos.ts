/**
 * Lets the faults of a schedule strike. Each takes what it needs (the brokers, a member that is well and not the last one) and
 * gives it back when it has healed; what it needs and cannot have it waits for. So faults of brokers come one by one, and all
 * others beside them.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { factEncoding } from '../facts/encoding';
import type { Member } from '../world/member';
import type { Progress } from '../world/progress';
import * as ofBrokers from './brokers';
import * as ofMembers from './members';
import type { Fault, FaultKind } from './schedule';
import type { Strike, World } from './world';

export interface Struck {
  readonly kind: FaultKind;
  readonly whom: string;
  /** Ms from the beginning. */
  readonly at: number;
  /** Until all lanes that had to stop went on; undefined where it was not seen, or there were none. */
  readonly recoveryMs: number | undefined;
  /** No other fault was there from when it struck until they did. */
  readonly alone: boolean;
}

export interface ChaosLog {
  say(text: string): void;
  /** Something that no fault explains. */
  find(text: string): void;
}

/** What one fault at a time may have. */
type Takeable = Member | 'brokers' | 'registry' | 'producer';

const givenUpAfterMs = 60_000;

export class Chaos {
  readonly struck: Struck[] = [];
  private readonly busy = new Set<Takeable>();
  /** When the faults that are there, or were, began and ended. */
  private readonly times: { readonly from: number; until: number }[] = [];
  private versions = 0;
  private began = 0;

  constructor(
    private readonly world: World,
    private readonly progress: Progress,
    private readonly log: ChaosLog,
  ) {}

  /** Whether something that a starting member needs is away, or was until a moment ago. */
  get troubled(): boolean {
    const now = performance.now();
    return this.times.some(({ until }) => until > now - troubledForMs);
  }

  async run(faults: readonly Fault[]): Promise<void> {
    this.began = performance.now();
    await Promise.all(
      faults.map(async fault => {
        await wait(Math.max(0, this.began + fault.at - performance.now()));
        await this.perform(fault);
      }),
    );
  }

  private async perform(fault: Fault): Promise<void> {
    const taken = [await this.take(fault)];
    try {
      const time = { from: performance.now(), until: Number.POSITIVE_INFINITY };
      this.times.push(time);
      const strike = await this.strike(fault, taken);
      const at = Math.round(performance.now() - this.began);
      this.log.say(`${seconds(at)} ${fault.kind}: ${strike.whom}, for ${fault.lastsMs} ms`);
      const recovering = this.recovery(strike);
      await wait(fault.lastsMs);
      await strike.heal();
      time.until = performance.now();
      const recoveryMs = await recovering;
      this.struck.push({
        kind: fault.kind,
        whom: strike.whom,
        at,
        recoveryMs,
        alone: recoveryMs === undefined || this.wasAlone(time, recoveryMs),
      });
      if (recoveryMs !== undefined) this.log.say(`      ${fault.kind}: flows again after ${Math.round(recoveryMs)} ms`);
    } finally {
      for (const one of taken) this.busy.delete(one);
    }
  }

  private async recovery({ lanes }: Strike): Promise<number | undefined> {
    return lanes.length === 0 ? undefined : this.progress.recovery(lanes, givenUpAfterMs);
  }

  private wasAlone(own: { readonly from: number }, recoveryMs: number): boolean {
    const until = own.from + recoveryMs;
    return !this.times.some(other => other !== own && other.from < until && other.until > own.from - troubledForMs);
  }

  private async take({ kind, draw }: Fault): Promise<Takeable> {
    for (;;) {
      const free = this.free(kind, draw);
      if (free !== undefined && !this.busy.has(free)) {
        this.busy.add(free);
        return free;
      }
      await wait(100);
    }
  }

  /** Another one for the same fault. */
  private claim(member: Member, taken: Takeable[]): boolean {
    if (this.busy.has(member)) return false;
    this.busy.add(member);
    taken.push(member);
    return true;
  }

  private free(kind: FaultKind, draw: number): Takeable | undefined {
    if (kind === 'registry down') return 'registry';
    if (kind === 'producer repeats') return 'producer';
    if (kind === 'broker frozen' || kind === 'broker restarted' || kind.endsWith('broker killed')) return 'brokers';
    const away = this.world.members.filter(member => member.pid === undefined && !this.busy.has(member));
    if (kind === 'member added') return away[draw % away.length];
    const well = this.world.members.filter(member => member.runs && member.lanes.length > 0 && !this.busy.has(member));
    return well.length < 2 ? undefined : well[draw % well.length];
  }

  /** @param taken May take more. */
  private async strike(fault: Fault, taken: Takeable[]): Promise<Strike> {
    const { world } = this;
    switch (fault.kind) {
      case 'coordinator broker killed':
        return ofBrokers.coordinatorKilled(world, fault);
      case 'leader broker killed':
        return ofBrokers.leaderKilled(world, fault);
      case 'broker restarted':
        return ofBrokers.restarted(world, fault);
      case 'broker frozen':
        return ofBrokers.frozen(world, fault);
      case 'registry down':
        return this.registryDown();
      case 'producer repeats':
        return this.producerRepeats();
      default:
        return this.strikeMember(fault, taken as Member[]);
    }
  }

  private refused(member: Member) {
    return (code: number | null) => this.log.find(`${member.name} ended with ${code} when it was asked to`);
  }

  private async strikeMember(fault: Fault, taken: Member[]): Promise<Strike> {
    const member = taken[0] as Member;
    switch (fault.kind) {
      case 'member killed':
        return ofMembers.killed(member);
      case 'member frozen':
        return ofMembers.frozen(member);
      case 'member starved':
        return ofMembers.starved(member, fault);
      case 'store damaged':
        return ofMembers.storeDamaged(member, fault);
      case 'member added':
        return ofMembers.added(member);
      case 'beginner frozen':
        return ofMembers.beginnerFrozen(member, fault, this.refused(member));
      case 'heir frozen':
        return ofMembers.heirFrozen(member, this.world.members, fault, heir => this.claim(heir, taken));
      case 'member removed':
        return ofMembers.removed(member, this.refused(member));
      case 'network cut':
        return ofMembers.weather(member, { kind: 'cut' }, fault);
      case 'network held':
        return ofMembers.weather(member, { kind: 'held' }, fault);
      default:
        return ofMembers.weather(member, { kind: 'slow', byMs: 100 + (fault.draw % 300) }, fault);
    }
  }

  /** Facts come by schemas that nobody has met, and nobody can ask for them. */
  private async registryDown(): Promise<Strike> {
    const { producer, registry, members } = this.world;
    const encoding = await factEncoding(registry, ++this.versions);
    for (const { settings } of members) settings.network.toRegistry.set({ kind: 'cut' });
    producer.encoding = encoding;
    return {
      whom: `the registry, and facts by version ${this.versions} of their schemas`,
      lanes: Array.from({ length: this.world.lanes }, (_, lane) => lane),
      heal: async () => {
        for (const { settings } of members) settings.network.toRegistry.set({ kind: 'fair' });
      },
    };
  }

  private async producerRepeats(): Promise<Strike> {
    const { producer } = this.world;
    producer.stutters = true;
    return {
      whom: 'the producer sends each batch twice',
      lanes: [],
      heal: async () => {
        producer.stutters = false;
      },
    };
  }
}

const troubledForMs = 15_000;
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1).padStart(6)} s`;
