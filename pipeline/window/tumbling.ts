/** Tumbling windows: time cut into pieces of one size, so that each value is in exactly one. */
import type { OperatorFunction } from 'rxjs';
import { aligned } from './kind';
import { type WindowReducer, windowReducer } from './reduce';
import { checked } from './settings';
import type { KeptWindows, WindowInput, WindowSettings, WindowStep } from './window';
import { windowed } from './windowed';

export interface TumblingSettings<V> extends WindowSettings<V> {
  /** At least 1. Windows begin at its multiples since the epoch. */
  readonly sizeMs: number;
}

/**
 * Gathers the values of a key that happened within the same `sizeMs`: a value at `t` is in [start, start + size), with
 * `start` the greatest multiple of the size that is not after `t`.
 *
 * One step comes out per input, with the windows that it closed and the values that were late: those whose window ends at
 * or before the newest event time of their topic − `graceMs`. A value behind that time whose window ends after it is in
 * time. A stream that completes closes nothing (a lane was revoked, its windows go on elsewhere): at a true end say
 * `end: true`.
 *
 * ```ts
 * from(clicks).pipe(
 *   bufferCount(100),
 *   map(values => ({ values })),
 *   endWith({ values: [], end: true }),
 *   tumbling({
 *     sizeMs: 60_000, graceMs: 5_000, heldFactsMax: 100_000, topics: ['clicks'],
 *     topicOf: () => 'clicks', keyOf: click => click.page, timeOf: click => click.at, compare: (a, b) => a.id - b.id,
 *   }),
 *   concatMap(step => step.closed),
 * ).subscribe(({ key, start, values }) => show(key, start, values.length));
 * ```
 *
 * @param kept What to go on from after a restart: time and windows as earlier steps gave them to a store.
 * @throws RangeError at once when settings are out of range; on the stream when an event time is no whole number.
 */
export const tumbling = <V>(
  settings: TumblingSettings<V>,
  kept?: KeptWindows<V>,
): OperatorFunction<WindowInput<V>, WindowStep<V>> => windowed(tumblingReducer(settings), kept);

/** The same without a stream. */
export const tumblingReducer = <V>(settings: TumblingSettings<V>): WindowReducer<V> =>
  windowReducer(
    aligned(settings.sizeMs, settings.sizeMs),
    checked('tumbling', settings, [['sizeMs', settings.sizeMs, 1]]),
  );
