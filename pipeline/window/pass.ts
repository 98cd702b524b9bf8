/** No windows: each value closes a window of its own at once. Time moves all the same. */
import type { WindowReducer } from './reduce';
import { checked } from './settings';
import { WindowState } from './state';
import type { ClosedWindow, WindowSettings } from './window';

/** As the reducers of windows, for those who want none: values come out as they came, none is late, nothing is kept. */
export const passReducer = <V>(settings: WindowSettings<V>): WindowReducer<V> => {
  const { keyOf, timeOf, topicOf } = checked('no', settings, []);
  return {
    start: kept => new WindowState<V>(settings, kept),
    next(state, { values, idle = [] }) {
      const { time } = state;
      time.leaveOut(idle, values, topicOf);
      const closed: ClosedWindow<V>[] = [];
      for (const value of values) {
        const ms = timeOf(value);
        const topic = topicOf(value);
        if (time.see(topic, ms)) time.rise();
        const at = time.watermarkOr(ms - settings.graceMs);
        closed.push({
          key: keyOf(value),
          start: ms,
          end: ms + 1,
          cause: 'watermark',
          at,
          reached: at,
          values: [value],
        });
      }
      return { state, closed, late: [], closedEarly: 0, changes: state.takeChanges(), time: time.kept(), held: 0 };
    },
  };
};
