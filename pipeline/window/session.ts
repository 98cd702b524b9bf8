/** Session windows: values that follow each other closely, however long that goes on. */
import type { OperatorFunction } from 'rxjs';
import { bySession } from './kind';
import { type WindowReducer, windowReducer } from './reduce';
import { checked } from './settings';
import type { KeptWindows, WindowInput, WindowSettings, WindowStep } from './window';
import { windowed } from './windowed';

export interface SessionSettings<V> extends WindowSettings<V> {
  /** At least 0. Values of a key this far apart, or less, belong together. */
  readonly gapMs: number;
}

/**
 * Gathers the values of a key whose neighbours are at most `gapMs` apart. The gap is inclusive, as in Kafka Streams: a
 * value at exactly last + gap belongs to the session, one a millisecond later begins the next. So a session is
 * [first, last + gap + 1): its `end` is the first instant whose value would no longer belong to it. A value between two
 * sessions, within the gap of both, makes them one.
 *
 * A value is late when it is before the newest event time of its topic − `graceMs`, also if a session that would take it
 * happens to be open: else the result would depend on what was fetched first. What is within the grace is never late.
 *
 * For steps, ends, restarts and errors see `tumbling`.
 */
export const session = <V>(
  settings: SessionSettings<V>,
  kept?: KeptWindows<V>,
): OperatorFunction<WindowInput<V>, WindowStep<V>> => windowed(sessionReducer(settings), kept);

/** The same without a stream. */
export const sessionReducer = <V>(settings: SessionSettings<V>): WindowReducer<V> =>
  windowReducer(bySession(settings.gapMs), checked('session', settings, [['gapMs', settings.gapMs, 0]]));
