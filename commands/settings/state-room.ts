/** The state of an order is one record: what of it there is for what. */
import type { Settings } from './schema';

/** Less is not worth remembering an order for: few facts would have room. */
const shareMin = 512;
const shares = 3;
const headBytes = 2_048;
const bytesPerFact = 16;

const fixedBytes = ({ facts_per_order_max }: Settings['ledger']) => headBytes + bytesPerFact * facts_per_order_max;

/** A third each for an order's ledger, its open windows and its late facts, beside what it has seen. */
export const thirdOfState = (kafka: Settings['kafka'], ledger: Settings['ledger']): number =>
  Math.max(0, Math.floor((kafka.record_bytes_max - fixedBytes(ledger)) / shares));

/** The least `kafka.record_bytes_max` by which orders can be remembered. */
export const recordBytesMin = (ledger: Settings['ledger']): number => fixedBytes(ledger) + shares * shareMin;
