/**
 * The kinds of windows: each knows where a value goes, and whether any window still takes it. `reached` is the time its
 * topic has come to: what ends by then is closed, in this order of fetching or in another.
 */
import { indexAfter, type OpenWindow, type WindowState } from './state';

/** Puts the value into the windows that take it; false: they have all closed, it is late. */
export type Place = <V>(state: WindowState<V>, key: string, ms: number, value: V, reached: number) => boolean;

/**
 * Windows of a fixed size, one beginning at each multiple of `hopMs` (tumbling: hop = size). A value goes into those
 * that are open, and is late when none is.
 */
export const aligned =
  (sizeMs: number, hopMs: number): Place =>
  (state, key, ms, value, reached) => {
    let taken = false;
    for (let start = floorTo(ms, hopMs); start + sizeMs > ms && start + sizeMs > reached; start -= hopMs) {
      const windows = state.of(key);
      const index = indexAfter(windows, start);
      const found = windows[index - 1];
      state.put(found?.start === start ? found : state.open(key, index, start, start + sizeMs), value);
      taken = true;
    }
    return taken;
  };

/**
 * Windows that last while no two neighbours are more than `gapMs` apart: [first, last + gap + 1), as a value at exactly
 * last + gap still belongs. A value may make one of two.
 *
 * A value before `reached` is late even if an open session would take it: whether that one is open, or begins earlier
 * than it is seen to, depends on what else was fetched. From `reached` on, what could belong to a value is open still.
 */
export const bySession =
  (gapMs: number): Place =>
  (state, key, ms, value, reached) => {
    if (ms < reached) return false;
    const windows = state.of(key);
    const index = indexAfter(windows, ms);
    const earlier = windows[index - 1]; // starts at ms or before
    const later = windows[index]; // starts after ms
    const joinsEarlier = earlier !== undefined && ms < earlier.end;
    const joinsLater = later !== undefined && later.start - ms <= gapMs;
    let session: OpenWindow<typeof value>;
    if (joinsEarlier && joinsLater) session = state.merge(earlier, later);
    else if (joinsEarlier) session = earlier;
    else if (joinsLater) session = later;
    else session = state.open(key, index, ms, ms + gapMs + 1);
    if (ms < session.start) session.start = ms;
    if (ms + gapMs >= session.end) session.end = ms + gapMs + 1;
    state.put(session, value);
    return true;
  };

/** The last multiple of the unit that is not after it. By remainder, which is exact: a quotient of huge times is rounded. */
export const floorTo = (ms: number, unit: number): number => {
  const remainder = ms % unit;
  return remainder < 0 ? ms - remainder - unit : ms - remainder;
};
