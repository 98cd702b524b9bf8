/** What the Kafka connector needs to know; commands/ fills it from the settings. */
import type { Codec } from './records/codecs';

export interface KafkaConnection {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly connectionTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** Absent: no TLS. The values are PEM texts. */
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly passphrase?: string;
    readonly serverName?: string;
    readonly rejectUnauthorized: boolean;
  };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

export interface GroupSettings {
  readonly group: string;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly rebalanceTimeoutMs: number;
}

export interface LaneSettings {
  readonly group: string;
  /** Source topics, the inbox among them. All have the same number of partitions. */
  readonly sources: readonly string[];
  /** Its records say in headers where they first stood. */
  readonly inbox: string;
  /**
   * Of the sources, those that were written by `repartition`: so do theirs. Of no others: a producer could claim the place of
   * another record, and failures would name, and repairs would fetch, the wrong one.
   */
  readonly repartitioned?: readonly string[];
  /** Where a lane without committed offsets begins. */
  readonly startFrom: 'earliest' | 'latest';
  /** Committed offsets that no longer exist (retention) are moved to the earliest there is, instead of stopping. */
  readonly acceptReset: boolean;
  /** Where the group's offsets are not those of the state, the state's count. */
  readonly restorePosition: boolean;
  readonly fetchBytesMax: number;
  /** How long a pull waits for records before it returns an empty batch: time passes. */
  readonly fetchWaitMaxMs: number;
  readonly batchRecordsMax: number;
  /** A topic without records for so long, by the word of its broker, is idle. */
  readonly idleTimeoutMs: number;
  readonly transactionTimeoutMs: number;
  /** Of records we write, with their batch: at most the broker's message.max.bytes. */
  readonly recordBytesMax: number;
  readonly compression: Codec;
}
