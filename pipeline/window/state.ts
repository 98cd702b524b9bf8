/**
 * The working form of what windows keep: open windows by key, each key's sorted by start, and all of them by end. It is
 * changed in place, as a copy per batch would cost more than the batch; `kept` and the constructor turn it into plain
 * data and back.
 */
import { ByEnd, type Ending } from './by-end';
import { EventTime } from './time';
import type { KeptWindow, KeptWindows, WindowSettings } from './window';

export interface OpenWindow<V> extends Ending {
  start: number;
  values: V[];
  readonly siblings: OfKey<V>;
}

/** What is open of one key. */
interface OfKey<V> {
  readonly key: string;
  /** By start. */
  windows: OpenWindow<V>[];
  /** Since `takeChanges`; and whether there were windows before. */
  touched: boolean;
  had: boolean;
}

export class WindowState<V> {
  readonly time: EventTime;
  /** Values in open windows. */
  held = 0;
  private byKey = new Map<string, OfKey<V>>();
  /** Keys that came since `byKey` was made. */
  private came = 0;
  private readonly byEnd = new ByEnd<OpenWindow<V>>();
  /** Changed since `takeChanges`. One that closed all and opened anew is in here twice. */
  private touched: OfKey<V>[] = [];

  constructor(settings: Pick<WindowSettings<V>, 'topics' | 'graceMs'>, kept?: KeptWindows<V>) {
    this.time = new EventTime(settings.topics, settings.graceMs, kept?.time);
    for (const [key, windows] of kept?.open ?? [])
      for (const { start, end, values } of windows) {
        const window = this.open(key, indexAfter(this.of(key), start), start, end);
        for (const value of values) this.put(window, value);
      }
    for (const siblings of this.touched) siblings.touched = false;
    this.touched = [];
  }

  /** Of this key, by start. Not to be changed. */
  of(key: string): readonly OpenWindow<V>[] {
    return this.byKey.get(key)?.windows ?? NONE;
  }

  /** Opens an empty window before the one that is now at `index` of its key. */
  open(key: string, index: number, start: number, end: number): OpenWindow<V> {
    let siblings = this.byKey.get(key);
    if (siblings === undefined) {
      siblings = { key, windows: NONE, touched: false, had: false };
      this.byKey.set(key, siblings);
      this.renew();
    }
    this.touch(siblings);
    const window: OpenWindow<V> = { key, start, end, queuedEnd: end, open: true, values: NONE, siblings };
    // Mostly there is one, with one value: an array that is pushed to reserves room for seventeen.
    if (siblings.windows.length === 0) siblings.windows = [window];
    else siblings.windows.splice(index, 0, window);
    this.byEnd.push(window);
    return window;
  }

  put(window: OpenWindow<V>, value: V): void {
    this.touch(window.siblings);
    if (window.values.length === 0) window.values = [value];
    else window.values.push(value);
    this.held++;
  }

  /** Makes two neighbours one. The longer list takes the shorter one: all merging costs n log n at most. */
  merge(earlier: OpenWindow<V>, later: OpenWindow<V>): OpenWindow<V> {
    const [large, small] = earlier.values.length >= later.values.length ? [earlier, later] : [later, earlier];
    for (const value of small.values) large.values.push(value);
    this.held += small.values.length;
    const { start } = earlier;
    const { end } = later;
    this.remove(small);
    large.start = start;
    large.end = end;
    return large;
  }

  remove(window: OpenWindow<V>): void {
    const { siblings } = window;
    const { windows } = siblings;
    this.touch(siblings);
    if (windows.length === 1) {
      siblings.windows = NONE;
      this.byKey.delete(window.key);
    } else windows.splice(windows.indexOf(window), 1);
    this.byEnd.remove(window);
    this.held -= window.values.length;
    window.values = NONE; // it may stay in the heap until its end
  }

  /** The open window that ends first. */
  first(): OpenWindow<V> | undefined {
    return this.byEnd.first();
  }

  takeChanges(): Map<string, readonly KeptWindow<V>[]> {
    const changes = new Map<string, readonly KeptWindow<V>[]>();
    for (const siblings of this.touched) {
      siblings.touched = false;
      // Of one that closed all and opened anew, the later one comes later.
      const { key, windows } = siblings;
      if (windows.length > 0) changes.set(key, windows.map(copied));
      else if (siblings.had) changes.set(key, NONE);
    }
    this.touched = [];
    return changes;
  }

  /** All of it as plain data, by key: a copy. */
  kept(): KeptWindows<V> & { readonly open: readonly (readonly [string, readonly KeptWindow<V>[]])[] } {
    const keys = [...this.byKey.keys()].sort();
    return { time: this.time.kept(), open: keys.map(key => [key, this.of(key).map(copied)] as const) };
  }

  /**
   * As keys come and go, a map takes new memory again and again: one that is old takes old memory, and what was in it lives until the
   * old are collected.
   */
  private renew(): void {
    this.came++;
    if (this.came < fewKeys + this.byKey.size) return;
    this.came = 0;
    this.byKey = new Map(this.byKey);
  }

  private touch(siblings: OfKey<V>): void {
    if (siblings.touched) return;
    siblings.touched = true;
    siblings.had = siblings.windows.length > 0;
    this.touched.push(siblings);
  }
}

/** Where a window of this start would go among those of its key: behind all that start before it or with it. */
export const indexAfter = <V>(windows: readonly OpenWindow<V>[], start: number): number => {
  let low = 0;
  let high = windows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((windows[middle] as OpenWindow<V>).start <= start) low = middle + 1;
    else high = middle;
  }
  return low;
};

const fewKeys = 64;
const NONE: never[] = [];

const copied = <V>({ start, end, values }: OpenWindow<V>): KeptWindow<V> => ({ start, end, values: values.slice() });
