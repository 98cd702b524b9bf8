/**
 * What the writer needs to turn outcomes into records: values encoded, topics named, headers chosen. Filled by commands/
 * from the registry and the settings.
 */
import type { Header } from '../../pipeline/batch';
import type { Failure } from '../../pipeline/failure';
import type { OrderEvent, OrderSummary } from '../../schemas/types';

export interface OutputTopics {
  readonly events: string;
  readonly failures: string;
  readonly summaries: string;
  /** The changelog. */
  readonly state: string;
}

export interface OutputEncoding {
  /** Value of an event's record. The bytes are only valid until the next call. */
  event(event: OrderEvent): Uint8Array;
  /**
   * Value of a failure's record. `digest`: leave the original bytes out, their digest says what they were.
   * The bytes are only valid until the next call.
   */
  failure(failure: Failure, digest: boolean): Uint8Array;
  /** Value of a summary's record, valid until the next call. */
  summary(summary: OrderSummary): Uint8Array;
  /** Headers of an event's record. */
  eventHeaders(event: OrderEvent): readonly Header[];
  /** Headers of a failure's record; the original ones are among them unless `digest`. */
  failureHeaders(failure: Failure, digest: boolean): readonly Header[];
}
