/** What faults strike. */
import type { Registry } from '../../../connectors/registry/registry';
import type { Stack } from '../../../dev/stack';
import type { FactProducer } from '../facts/producer';
import type { Brokers } from '../world/cluster';
import type { Member } from '../world/member';

export interface World {
  readonly stack: Stack;
  readonly brokers: Brokers;
  readonly members: readonly Member[];
  readonly producer: FactProducer;
  /** By a way that is never cut. */
  readonly registry: Registry;
  readonly lanes: number;
}

export interface Strike {
  /** Whom it struck, for the log. */
  readonly whom: string;
  /** Lanes that had to stop for it. */
  readonly lanes: readonly number[];
  /** All is as it was: what was down is up, and in sync. */
  heal(): Promise<void>;
}
