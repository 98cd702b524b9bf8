import fc from 'fast-check';
import { newestOf } from '../../../connectors/state/codec';
import { memoryCodec } from '../../state-codec';

const codec = memoryCodec();

test('the newest time of a state is read without the rest, wherever it begins', () => {
  const year9999 = Date.UTC(9999, 11, 31);
  const times = fc.oneof(fc.integer({ min: -70, max: 70 }), fc.integer({ min: -year9999, max: year9999 }));
  fc.assert(
    fc.property(times, fc.nat(9), (newest, at) => {
      const bytes = codec.encode({ newest, ledger: null, waiting: [], windows: [] });
      expect(codec.decode(bytes).newest).toBe(newest);
      expect(newestOf(bytes)).toBe(newest);
      expect(newestOf(Buffer.concat([Buffer.alloc(at, 0xff), bytes]), at)).toBe(newest);
    }),
  );
});
