/**
 * A right of our user, as Kafka's authorizer knows it. Who needs one says so once; it is checked, told, granted and documented
 * from there.
 */
export interface Right {
  readonly operation: Operation;
  readonly on: 'topic' | 'group' | 'transactional ids';
  /** Of transactional ids: what they begin with; the number of a lane follows. */
  readonly name: string;
  /** The setting, or the option, that names it. */
  readonly by: string;
  /** What cannot be done without. */
  readonly why: string;
}

/** In Kafka's own words. Read and Write bring Describe with them. */
export type Operation = 'Read' | 'Write' | 'Create' | 'Delete' | 'Describe' | 'DescribeConfigs';

/** "Read on topic commerce.orders (topics.sources)" */
export const rightText = ({ operation, on, name, by }: Right): string =>
  `${operation} on ${on} ${name}${on === 'transactional ids' ? '…' : ''} (${by})`;
