/** Carries a window reducer through a stream: one step per input, each subscription from the beginning. */
import { defer, map, type OperatorFunction } from 'rxjs';
import type { WindowReducer } from './reduce';
import type { KeptWindows, WindowInput, WindowStep } from './window';

/** The operator of a reducer. `kept`: what to go on from, read anew for each subscription. */
export const windowed =
  <V>(reducer: WindowReducer<V>, kept?: KeptWindows<V>): OperatorFunction<WindowInput<V>, WindowStep<V>> =>
  inputs =>
    defer(() => {
      let state = reducer.start(kept);
      return inputs.pipe(
        map(input => {
          const step = reducer.next(state, input);
          state = step.state;
          return step;
        }),
      );
    });
