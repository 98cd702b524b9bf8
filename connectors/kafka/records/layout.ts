/**
 * Where the fields of a record batch (magic 2) stand, in bytes from its beginning; all of them big-endian.
 * Source: https://kafka.apache.org/documentation/#recordbatch
 */

export const baseOffsetAt = 0;
/** int32: the bytes that follow this field. */
export const lengthAt = 8;
export const leaderEpochAt = 12;
export const magicAt = 16;
/** CRC32C of everything from the attributes to the end. What stands before it is the broker's to change. */
export const crcAt = 17;
export const attributesAt = 21;
export const lastOffsetDeltaAt = 23;
export const baseTimestampAt = 27;
export const maxTimestampAt = 35;
export const producerIdAt = 43;
export const producerEpochAt = 51;
export const baseSequenceAt = 53;
export const countAt = 57;
/** The records, compressed as one when the attributes name a codec. */
export const recordsAt = 61;

/** What the length field does not count: the base offset and itself. */
export const uncountedBytes = 12;

export const magic = 2;

export const codecBits = 0x07;
/** The broker's clock has dated all records: with the batch's greatest timestamp. */
export const logAppendTimeBit = 0x08;
export const transactionalBit = 0x10;
/** Not data: the end of a transaction. */
export const controlBit = 0x20;

/** Type of a control record, the second int16 of its key. */
export const abortMarker = 0;
