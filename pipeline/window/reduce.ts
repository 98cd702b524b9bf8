/**
 * Windows without streams: state and input in, closed windows, late values and the state to go on with out. No clock, no
 * randomness, no subscription.
 *
 * Time moves with each value, not with each batch, so cutting the same values into other batches changes nothing. Each
 * topic's values are judged by their own topic's time, so interleaving the topics otherwise changes nothing either: the
 * same windows with the same values close, in the same order. (Idle topics, the clock and the bound are what they are:
 * they depend on the moment, and so does what they close.)
 */
import type { Place } from './kind';
import { type OpenWindow, WindowState } from './state';
import type { Cause, ClosedWindow, KeptWindows, LateValue, WindowInput, WindowSettings, WindowStep } from './window';

export interface WindowReducer<V> {
  /** The state to begin with: empty, or what was kept (`state.kept()`, or `time` and `changes` of the steps so far). */
  start(kept?: KeptWindows<V>): WindowState<V>;
  /**
   * The state that is handed in is used up: go on with the one of the step. Throws a RangeError when an event time is no
   * whole number; then neither can be used.
   */
  next(state: WindowState<V>, input: WindowInput<V>): WindowStep<V>;
}

/** Joins a kind of windows with settings. Throws a RangeError that tells all that is wrong with them. */
export const windowReducer = <V>(place: Place, settings: WindowSettings<V>): WindowReducer<V> => {
  const { keyOf, timeOf, topicOf, compare, heldFactsMax, graceMs, weight } = settings;
  const byTime = (a: V, b: V) => timeOf(a) - timeOf(b) || compare(a, b);

  const start = (kept?: KeptWindows<V>) => new WindowState<V>(settings, kept);

  const next = (state: WindowState<V>, input: WindowInput<V>): WindowStep<V> => {
    const { time } = state;
    const closed: ClosedWindow<V>[] = [];
    const late: LateValue<V>[] = [];
    const { values, idle = [] } = input;

    time.leaveOut(idle, values, topicOf);
    closeUntil(state, time.watermark, 'watermark', byTime, closed);

    let closedEarly = 0;
    for (const value of values) {
      const ms = timeOf(value);
      if (!Number.isSafeInteger(ms)) throw new RangeError(notATime(topicOf(value), ms));
      const topic = topicOf(value);
      const key = keyOf(value);
      const reached = time.reachedBy(topic);
      const taken = place(state, key, ms, value, reached);
      if (!taken) late.push({ value, at: reached, watermark: time.watermark, after: closed.length });
      if (time.see(topic, ms)) {
        time.rise();
        closeUntil(state, time.watermark, 'watermark', byTime, closed);
      }
      while (state.held > heldFactsMax) closedEarly += close(state, state.first(), 'bound', byTime, closed);
      if (weight === undefined || !taken) continue;
      let own = state.of(key);
      for (; weightOf(own, weight.of) > weight.perKeyMax; own = state.of(key))
        closedEarly += close(state, own[0], 'bound', byTime, closed);
    }

    if (input.clockMs !== undefined && time.allIdle) {
      // To the end of what was closed and no further: what comes next may well be behind the clock.
      const last = closeUntil(state, input.clockMs - graceMs, 'clock', byTime, closed);
      if (last !== undefined) time.riseTo(last);
    }
    if (input.end === true) closeUntil(state, Number.POSITIVE_INFINITY, 'end', byTime, closed);

    return { state, closed, late, closedEarly, changes: state.takeChanges(), time: time.kept(), held: state.held };
  };

  return { start, next };
};

type Order<V> = (a: V, b: V) => number;

const weightOf = <V>(windows: readonly OpenWindow<V>[], of: (value: V) => number): number => {
  let sum = 0;
  for (const { values } of windows) for (const value of values) sum += of(value);
  return sum;
};

/** Closes all that end by then; answers the last end. */
const closeUntil = <V>(
  state: WindowState<V>,
  ms: number,
  cause: Cause,
  order: Order<V>,
  closed: ClosedWindow<V>[],
): number | undefined => {
  let last: number | undefined;
  for (let first = state.first(); first !== undefined && first.end <= ms; first = state.first()) {
    last = first.end;
    close(state, first, cause, order, closed);
  }
  return last;
};

/** Answers how many that were. */
const close = <V>(
  state: WindowState<V>,
  window: OpenWindow<V> | undefined,
  cause: Cause,
  order: Order<V>,
  closed: ClosedWindow<V>[],
): number => {
  if (window === undefined) return 0;
  const { key, start, end, values } = window;
  state.remove(window);
  const reached = cause === 'bound' ? state.time.watermark : end;
  const at = cause === 'bound' ? state.time.watermarkOr(start) : end;
  closed.push({ key, start, end, cause, at, reached, values: values.length > 1 ? values.sort(order) : values });
  return 1;
};

const notATime = (topic: string, ms: unknown) =>
  `Cannot window a value of topic "${topic}" as its event time must be whole epoch milliseconds: current value is ${ms}. ` +
  'Check event times before they come here';
