/**
 * The words of event-time windows: what goes in, what comes out, and what is kept in between.
 *
 * A value has a key, a topic and an event time. It belongs to one or more windows [start, end) of its key: `start` is in,
 * `end` is out. A window closes once the watermark has reached its end; a value that comes when its windows are closed is
 * late, and comes out as such. Nothing here reads a clock: time is what the inputs say.
 *
 * All times are whole milliseconds since the epoch, negative ones before it.
 */

/** How to read values, and what all kinds of windows share. */
export interface WindowSettings<V> {
  /** Values of different keys never share a window. */
  readonly keyOf: (value: V) => string;
  /** Event time. Must be a safe integer; whether it is plausible is checked before (one wrong clock moves all). */
  readonly timeOf: (value: V) => number;
  readonly topicOf: (value: V) => string;
  /**
   * Order of values of one window with equal event times, negative when `a` comes first. Must tell apart all values that
   * may not change places: those it calls equal stay as they came.
   */
  readonly compare: (a: V, b: V) => number;
  /** Topics that move time, at least one. A value of any other topic is windowed, but moves nothing. */
  readonly topics: readonly string[];
  /** How far behind the newest of its topic a value may be and still be in time. */
  readonly graceMs: number;
  /** Values held in open windows at most (once per window that holds it); beyond it the oldest windows close early. */
  readonly heldFactsMax: number;
  /** What a value weighs, and how much the open windows of one key may: beyond it they close early, oldest first. */
  readonly weight?: { readonly of: (value: V) => number; readonly perKeyMax: number };
}

/** A batch, or time passing. Taken in this order: idle topics, values, clock, end. */
export interface WindowInput<V> {
  /** In the order in which they were read. */
  readonly values: readonly V[];
  /** Topics with nothing to read now; each input says it anew. One that has values in the same input is not idle. */
  readonly idle?: readonly string[];
  /** The wall clock. Closes what has ended by it, and only while all topics are idle. */
  readonly clockMs?: number;
  /** True on the last input of a bounded one: all windows close. */
  readonly end?: boolean;
}

/**
 * Why a window closed: the watermark reached its end; the clock did, all topics being idle; too much was held; nothing
 * more comes. After `bound`, further values of the same window open it again: it comes out in parts.
 */
export type Cause = 'watermark' | 'clock' | 'bound' | 'end';

export interface ClosedWindow<V> {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly cause: Cause;
  /**
   * Stream time of the closing: its end, and where it closed before (`bound`), the watermark, or its start while there is
   * none. What follows from it is to be reckoned by this and not by the watermark of the step, which depends on where
   * batches were cut.
   */
  readonly at: number;
  /** Stream time up to which all is due at the closing: `at`, and −∞ where a bound closed before there was any. */
  readonly reached: number;
  /** At least one, by event time, then by `compare`. */
  readonly values: readonly V[];
}

/** A value whose windows had all closed. */
export interface LateValue<V> {
  readonly value: V;
  /** The time its topic had come to. */
  readonly at: number;
  /** The watermark when it came. */
  readonly watermark: number;
  /** How many of the step's `closed` had closed when it came. */
  readonly after: number;
}

/** What one input brought about. */
export interface WindowStep<V> {
  /** To go on with. */
  readonly state: WindowState<V>;
  /** Those that one cause closed together are ordered by end, then by key (UTF-16 code units). */
  readonly closed: readonly ClosedWindow<V>[];
  /** As they came. */
  readonly late: readonly LateValue<V>[];
  /** How many of `closed` the bound closed. */
  readonly closedEarly: number;
  /**
   * For a store: each key whose open windows changed, once, with all that it has open now; none: remove it. A copy.
   * Keys that came and went within the input are left out.
   */
  readonly changes: ReadonlyMap<string, readonly KeptWindow<V>[]>;
  /** To be kept with the offsets. */
  readonly time: KeptTime;
  /** Values held in open windows now. */
  readonly held: number;
}

/** An open window as a store keeps it: plain data, if the values are. */
export interface KeptWindow<V> {
  readonly start: number;
  readonly end: number;
  /** As they came. */
  readonly values: readonly V[];
}

/** How far time has come, as it is kept with the offsets: plain data. Null: nothing was seen yet. */
export interface KeptTime {
  readonly watermark: number | null;
  readonly topics: readonly { readonly topic: string; readonly newest: number | null }[];
}

/** All that must survive a restart: plain data, if the values are. */
export interface KeptWindows<V> {
  readonly time: KeptTime;
  /** By key; any order. */
  readonly open: Iterable<readonly [string, readonly KeptWindow<V>[]]>;
}

/** Working form of the state: see `state.ts`. */
export type WindowState<V> = import('./state').WindowState<V>;
