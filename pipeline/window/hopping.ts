/** Hopping windows: of one size, beginning more often than they end, so that each value is in several. */
import type { OperatorFunction } from 'rxjs';
import { aligned } from './kind';
import { type WindowReducer, windowReducer } from './reduce';
import { checked } from './settings';
import type { KeptWindows, WindowInput, WindowSettings, WindowStep } from './window';
import { windowed } from './windowed';

export interface HoppingSettings<V> extends WindowSettings<V> {
  /** At least 1. */
  readonly sizeMs: number;
  /** From 1 to `sizeMs`: windows begin at its multiples since the epoch. A value is held size / hop times. */
  readonly hopMs: number;
}

/**
 * Gathers the values of a key in windows of `sizeMs` that begin every `hopMs` (a moving total: the last hour, every
 * minute). A value at `t` is in each [start, start + size) with `start` a multiple of the hop, start ≤ t < start + size.
 *
 * A value that comes when some of its windows have closed goes into the others; it is late, and comes out as such, only
 * when all have. A window has closed for it when it ends at or before the newest event time of its topic − `graceMs`.
 *
 * For steps, ends, restarts and errors see `tumbling`, which is the same with hop = size.
 */
export const hopping = <V>(
  settings: HoppingSettings<V>,
  kept?: KeptWindows<V>,
): OperatorFunction<WindowInput<V>, WindowStep<V>> => windowed(hoppingReducer(settings), kept);

/** The same without a stream. */
export const hoppingReducer = <V>(settings: HoppingSettings<V>): WindowReducer<V> => {
  const { sizeMs, hopMs } = settings;
  const lengths = [['sizeMs', sizeMs, 1] as const, ['hopMs', hopMs, 1, sizeMs] as const];
  return windowReducer(aligned(sizeMs, hopMs), checked('hopping', settings, lengths));
};
