/** A lane's memory of orders, batch by batch: facts in, and what they settle and change. */
import { MemoryStates } from '../../../connectors/memory/states';
import { type Batch, DATA_ONLY, type Entry, type Moment, startPosition } from '../../../pipeline/batch';
import type { Fact } from '../../../pipeline/order/fact';
import { type Kept, type MemorySettings, OrderMemory, type Settled } from '../../../pipeline/order/memory';
import { defaultOrderSettings } from '../../../pipeline/order/settings';

export const stepwise = (settings: MemorySettings, kept: Partial<Kept> = {}) => {
  const states = new MemoryStates();
  const nothing = { time: { watermark: null, topics: [] }, waiting: new Map(), failures: [] };
  const memory = new OrderMemory(settings, defaultOrderSettings, states, { ...nothing, ...kept });
  return (entries: readonly Entry<Fact>[] = [], moment: Moment = DATA_ONLY): Settled => {
    const position = startPosition(new Map());
    const batch: Batch<Fact> = { lane: 0, outcomes: entries, position, read: entries.length, skipped: 0, moment };
    const known: Batch<Fact>[] = [];
    memory.recall(batch).subscribe(one => known.push(one));
    // Not in the subscription: what is thrown there reaches nobody.
    const settled = memory.settle(memory.gather(known[0]!));
    states.apply(settled.changes);
    return settled;
  };
};
