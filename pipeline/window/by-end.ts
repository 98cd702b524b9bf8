/**
 * Open windows, the one that ends first on top: a binary heap, so that closing costs a logarithm of what is open.
 *
 * Windows grow and merge while they are in it. Instead of moving them, the heap remembers the end that each was queued
 * with (never more than its true one) and looks again when it reaches the top: each window is in it once, however often
 * it grew. Equal ends are ordered by key; no key has two windows of one end. (By start they could not be: it moves too.)
 *
 * What is removed stays in it, until it comes to the top or there is more of it than of what is open: one that stays open for
 * days would else keep all that were queued behind it.
 */
export interface Ending {
  readonly key: string;
  end: number;
  /** The end by which it is queued: at most `end`. */
  queuedEnd: number;
  /** False once it closed or went up in another: set by `remove`. */
  open: boolean;
}

/** Fewer that were removed are not worth a sweep. */
const sweptMin = 16;

export class ByEnd<W extends Ending> {
  private readonly heap: W[] = [];
  /** Of those in the heap. */
  private removed = 0;

  /** How many it holds: those that are open, and of what was removed at most as many, or a few. */
  get size(): number {
    return this.heap.length;
  }

  push(window: W): void {
    window.queuedEnd = window.end;
    this.heap.push(window);
    this.up(this.heap.length - 1);
  }

  /** One that is in it, once. */
  remove(window: W): void {
    window.open = false;
    this.removed++;
    if (this.removed > sweptMin && 2 * this.removed > this.heap.length) this.sweep();
  }

  /** The open window that ends first; it stays. */
  first(): W | undefined {
    for (let top = this.heap[0]; top !== undefined; top = this.heap[0]) {
      if (!top.open) this.drop();
      else if (top.queuedEnd !== top.end) {
        top.queuedEnd = top.end;
        this.down(0);
      } else return top;
    }
    return undefined;
  }

  /** Lets go of what was removed. It was more than half: over many, a removal costs a few steps. */
  private sweep(): void {
    const { heap } = this;
    let open = 0;
    for (const window of heap) if (window.open) heap[open++] = window;
    heap.length = open;
    this.removed = 0;
    for (let at = (open >> 1) - 1; at >= 0; at--) this.down(at);
  }

  /** The top, which was removed. */
  private drop(): void {
    this.removed--;
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    this.heap[0] = last;
    this.down(0);
  }

  private up(from: number): void {
    const { heap } = this;
    const window = heap[from] as W;
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!before(window, heap[above] as W)) break;
      heap[at] = heap[above] as W;
      at = above;
    }
    heap[at] = window;
  }

  private down(from: number): void {
    const { heap } = this;
    const window = heap[from] as W;
    let at = from;
    for (let below = 2 * at + 1; below < heap.length; below = 2 * at + 1) {
      if (below + 1 < heap.length && before(heap[below + 1] as W, heap[below] as W)) below++;
      if (!before(heap[below] as W, window)) break;
      heap[at] = heap[below] as W;
      at = below;
    }
    heap[at] = window;
  }
}

const before = (a: Ending, b: Ending) => a.queuedEnd < b.queuedEnd || (a.queuedEnd === b.queuedEnd && a.key < b.key);
