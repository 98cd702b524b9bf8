import { memoryRegistry } from '../connectors/registry/memory';
import { type StateCodec, stateCodec } from '../connectors/state/codec';

/** Of a lane that needs no other registry. */
export const memoryCodec = (): StateCodec =>
  stateCodec(memoryRegistry(), { 'odp.state.OrderState': 1, 'odp.state.LanePosition': 2 });
