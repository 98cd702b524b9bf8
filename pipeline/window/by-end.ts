/**
 * Open windows, the one that ends first on top: a binary heap, so that closing costs a logarithm of what is open.
 *
 * Windows grow and merge while they are in it. Instead of moving them, the heap remembers the end that each was queued
 * with (never more than its true one) and looks again when it reaches the top: each window is in it once, however often
 * it grew. Equal ends are ordered by key; no key has two windows of one end. (By start they could not be: it moves too.)
 */
export interface Ending {
  readonly key: string;
  end: number;
  /** The end by which it is queued: at most `end`. */
  queuedEnd: number;
  /** False once it closed or went up in another. */
  open: boolean;
}

export class ByEnd<W extends Ending> {
  private readonly heap: W[] = [];

  push(window: W): void {
    window.queuedEnd = window.end;
    this.heap.push(window);
    this.up(this.heap.length - 1);
  }

  /** The open window that ends first; it stays. */
  first(): W | undefined {
    for (let top = this.heap[0]; top !== undefined; top = this.heap[0]) {
      if (!top.open) this.drop();
      else if (top.queuedEnd !== top.end) {
        top.queuedEnd = top.end;
        this.down();
      } else return top;
    }
    return undefined;
  }

  private drop(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    this.heap[0] = last;
    this.down();
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

  private down(): void {
    const { heap } = this;
    const window = heap[0] as W;
    let at = 0;
    for (let below = 1; below < heap.length; below = 2 * at + 1) {
      if (below + 1 < heap.length && before(heap[below + 1] as W, heap[below] as W)) below++;
      if (!before(heap[below] as W, window)) break;
      heap[at] = heap[below] as W;
      at = below;
    }
    heap[at] = window;
  }
}

const before = (a: Ending, b: Ending) => a.queuedEnd < b.queuedEnd || (a.queuedEnd === b.queuedEnd && a.key < b.key);
