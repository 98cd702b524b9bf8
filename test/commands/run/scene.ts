/**
 * A test's own topics and group, sample orders on them, and the verdict: what Java's `read_committed` reader finds against
 * what was produced, record by record and in sums of money.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { openCluster } from '../../../connectors/kafka/client';
import { groupLag } from '../../../connectors/kafka/lag';
import { edgeOffset } from '../../../connectors/kafka/offsets';
import type { Cluster } from '../../../connectors/kafka/wire';
import { schemaEncoder } from '../../../connectors/registry/encode';
import { httpRegistry } from '../../../connectors/registry/http';
import { Accounts } from '../../../dev/demo/accounts';
import { leavesNothing, outcomes } from '../../../dev/demo/expected';
import type { SampleFact } from '../../../dev/demo/fact';
import { SampleProducer } from '../../../dev/demo/produce';
import { TopicReader } from '../../../dev/demo/read';
import { type Sample, type SampleEncoding, type SampleSettings, Samples } from '../../../dev/demo/samples';
import { type SampleSchemas, sampleSchemas } from '../../../dev/demo/schemas';
import { completeSchema } from '../../../schemas/schemas';
import { brokers as testBrokers, registryUrl as testRegistryUrl, unique } from '../../stack/address';
import { type JudgedRecord, readCommitted } from '../../stack/java';
import type { GivenSettings, Program } from './program';

export interface Place {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
}

export interface SceneOptions {
  /** Default: the test stack. */
  readonly place?: Place;
  readonly partitions?: number;
  readonly badPercent?: number;
  readonly untidyPercent?: number;
  /** So many records that nobody can read stand on the source before all others. */
  readonly garbage?: number;
}

/** Nothing missing, nothing twice, nothing wrong: `problems` is empty, and both sums are the same. */
export interface Verdict {
  readonly produced: number;
  readonly unaccounted: number;
  readonly problems: readonly string[];
  /** Whole ten-thousandths by currency, purchases less deductions. */
  readonly written: Readonly<Record<string, number>>;
  readonly wanted: Readonly<Record<string, number>>;
}

/** What one order comes to, in whole ten-thousandths of its currency. */
interface Total {
  readonly currency: string;
  total: number;
  /** By a cancel without amounts: whatever was left is gone, also what is refunded by a record behind it. */
  emptied: boolean;
}

type Totals = Map<string, Total>;

const conditionWithinMs = 90_000;

export class Scene {
  /** Of the facts that are good, as the producer meant them. */
  private readonly wanted: Totals = new Map();
  /** What the facts say of customers: who they are, how to reach them, where they live. */
  readonly personal = new Set<string>();

  private constructor(
    readonly place: Place,
    readonly name: string,
    private readonly cluster: Cluster,
    private readonly schemas: SampleSchemas,
    private readonly samples: TellingSamples,
    private readonly producer: SampleProducer,
    private readonly accounts: Accounts,
  ) {}

  static async open({
    place = testPlace(),
    partitions = 4,
    badPercent = 5,
    untidyPercent = 5,
    garbage = 0,
  }: SceneOptions = {}): Promise<Scene> {
    const name = unique('scene');
    await createTopics(place, {
      [`${name}.orders`]: partitions,
      [`${name}.inbox`]: partitions,
      [`${name}.events`]: partitions,
      [`${name}.failures`]: 1,
      [`${name}.summaries`]: 1,
      [`${name}.state`]: partitions,
    });
    const source = `${name}.orders`;
    await produceGarbage(place, source, garbage);
    const cluster = await openCluster(kafkaAt(place));
    const schemas = await sampleSchemas(httpRegistry({ url: place.registryUrl, timeoutMs: 10_000 }), source);
    const samples = new TellingSamples({ seed: 1, badPercent, untidyPercent }, schemas);
    samples.outputs = garbage;
    const accounts = new Accounts(source);
    const producer = await SampleProducer.open(cluster, source, samples, accounts);
    const scene = new Scene(place, name, cluster, schemas, samples, producer, accounts);
    samples.onGoodFact = fact => {
      add(scene.wanted, fact);
      for (const text of personalTexts(fact)) scene.personal.add(text);
    };
    return scene;
  }

  get source() {
    return `${this.name}.orders`;
  }

  /**
   * For a member that shows quickly what the defaults would show slowly: small batches, short waits. Windows and ledger are on;
   * the grace is longer than any sample lies behind the one before it.
   */
  get settings(): GivenSettings {
    const { place, name, source } = this;
    return {
      'kafka.brokers': place.brokers.join(','),
      'registry.url': place.registryUrl,
      'kafka.group': name,
      'topics.sources': source,
      'topics.events': `${name}.events`,
      'topics.failures': `${name}.failures`,
      'topics.summaries': `${name}.summaries`,
      'window.gap_ms': '500',
      'window.grace_ms': '2000',
      'window.idle_timeout_ms': '1500',
      'ledger.orphan_wait_ms': '1000',
      'state.store': 'memory', // for disks there are tests of their own
      'log.format': 'json',
      'kafka.batch_records_max': '200',
      'retry.first_delay_ms': '50',
      'kafka.fetch_wait_max_ms': '100',
    };
  }

  /**
   * Gives every fact one more field, at the registry.
   * @returns From its call on facts are produced by these schemas, whose ids no member has met.
   */
  async evolve(): Promise<() => void> {
    const registry = httpRegistry({ url: this.place.registryUrl, timeoutMs: 10_000 });
    const encoders = new Map<string, (value: object) => Buffer>();
    for (const type of ['OrderPlaced', 'OrderReturned', 'OrderRefunded', 'OrderCancelled']) {
      const fullName = `commerce.orders.${type}`;
      const { fields = [], ...rest } = completeSchema(fullName);
      const schema = { ...rest, fields: [...fields, { name: 'channel', type: ['null', 'string'], default: null }] };
      encoders.set(type, schemaEncoder(schema, await registry.register(`${this.source}-${fullName}`, schema)));
    }
    return () => {
      this.samples.fact = (type, value) => Buffer.from(encoders.get(type)?.(value) ?? []);
    };
  }

  async produce(count: number): Promise<void> {
    for (let made = 0; made < count; ) made += await this.producer.produce(Math.min(4_000, count - made));
  }

  /** Records of the source that the group has not committed. */
  async behind(): Promise<number> {
    const lag = await groupLag(this.cluster, this.name, [this.source]);
    return lag.reduce((sum, { behind }) => sum + Number(behind), 0);
  }

  /** Resolves when at most so many records are left; rejects when one of the programs ends before. */
  async behindAtMost(count: number, ...programs: readonly Program[]): Promise<void> {
    let left: number | undefined;
    const looking = until(
      async () => {
        left = await this.behind();
        return left <= count;
      },
      () => `${left} records are left`,
    );
    const ended = programs.map(async program => {
      const { code, signal, stderr } = await program.ended;
      throw new Error(`A program ended (${code ?? signal}) with ${left} records left: ${stderr.slice(-3_000)}`);
    });
    await Promise.race([looking, ...ended]);
  }

  /** Resolves when nothing waits any longer: what must be written was, or so many events and failures. */
  async settled(outputs = this.samples.outputs): Promise<void> {
    let found = 0;
    const readers = await Promise.all(
      ['events', 'failures'].map(output => TopicReader.open(this.cluster, `${this.name}.${output}`, 'earliest')),
    );
    await until(
      async () => {
        for (const reader of readers) for await (const records of reader.all()) found += records.length;
        return found >= outputs;
      },
      () => `${found} events and failures of ${outputs} were written`,
    );
  }

  /** By another client than ours. */
  async verdict(): Promise<Verdict> {
    await this.producer.checkAlone();
    const events = await this.written('events');
    const failures = await this.written('failures');
    const found: Totals = new Map();
    for (const { action, fact_ids, order_id, custom_fields, total } of await this.schemas.readEvents(events)) {
      for (const factId of fact_ids) this.accounts.event(this.samples.numberOf(factId), action, factId);
      const amount = Math.abs(tenThousandths(total ?? 0));
      addAmount(found, order_id, String(custom_fields.currency), action === 'purchase' ? amount : -amount);
    }
    for (const { source, stage, code } of await this.schemas.readFailures(failures))
      this.accounts.failure(source.topic, source.partition, Number(source.offset), stage, code);
    const { produced, unaccounted } = this.accounts.summary();
    const problems = [...this.accounts.problems(), ...differences(this.wanted, found)].slice(0, 20);
    return { produced, unaccounted, problems, written: byCurrency(found), wanted: byCurrency(this.wanted) };
  }

  /** All of an output topic, committed. Waits for markers that are still under way. */
  async written(output: 'events' | 'failures') {
    const topic = `${this.name}.${output}`;
    const { cluster } = this;
    await cluster.addMultipleTargetTopics([topic]);
    for (const { partitionId } of cluster.findTopicPartitionMetadata(topic))
      await until(
        async () =>
          (await edgeOffset(cluster, topic, partitionId, 'end')) ===
          (await edgeOffset(cluster, topic, partitionId, 'highWatermark')),
        () => `a transaction stays open on ${topic}`,
      );
    const records: readonly JudgedRecord[] = await readCommitted(topic, { brokers: this.place.brokers });
    return records.map(record => ({ ...record, topic, headers: [], attempt: 1 }));
  }

  /** Places on the source of what became failures. */
  async failedOffsets(): Promise<number[]> {
    const failures = await this.schemas.readFailures(await this.written('failures'));
    return failures.map(({ source }) => Number(source.offset)).sort((a, b) => a - b);
  }

  close(): Promise<void> {
    return this.cluster.disconnect();
  }
}

/** Asks again and again. @throws Error with what is the case instead when it takes too long. */
export const until = async (asked: () => Promise<boolean> | boolean, otherwise: () => string): Promise<void> => {
  const end = Date.now() + conditionWithinMs;
  while (!(await asked())) {
    if (Date.now() > end) throw new Error(`Waited for ${conditionWithinMs} ms in vain: ${otherwise()}`);
    await wait(20);
  }
};

export const testPlace = (): Place => ({ brokers: testBrokers(), registryUrl: testRegistryUrl() });

export const kafkaAt = ({ brokers }: Place) => new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });

/** Partitions by topic. */
export const createTopics = async (place: Place, topics: Readonly<Record<string, number>>): Promise<void> => {
  const admin = kafkaAt(place).admin();
  await admin.connect();
  await admin.createTopics({
    waitForLeaders: true,
    topics: Object.entries(topics).map(([topic, numPartitions]) => ({ topic, numPartitions })),
  });
  await admin.disconnect();
};

/** Plain text where framed Avro should be. */
export const produceGarbage = async (place: Place, topic: string, count: number): Promise<void> => {
  if (count === 0) return;
  const producer = kafkaAt(place).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const messages = Array.from({ length: count }, (_, at) => ({ key: `G-${at}`, value: `garbage ${at}` }));
  await producer.send({ topic, messages });
  await producer.disconnect();
};

/** Samples that tell of each good fact when it is made, and may be encoded otherwise from some point on. */
class TellingSamples extends Samples {
  onGoodFact: (fact: SampleFact) => void = () => {};
  /** Of how many something must be written. */
  outputs = 0;
  /** How facts become bytes from now on. */
  fact: SampleEncoding['fact'];
  private last: SampleFact | undefined;

  constructor(settings: SampleSettings, { encoding }: SampleSchemas) {
    super(settings, {
      ...encoding,
      fact: (type, value) => {
        this.last = { type, value };
        return this.fact(type, value);
      },
    });
    this.fact = encoding.fact;
  }

  override next(now: number): Sample {
    const sample = super.next(now);
    if (!leavesNothing(sample.expected)) this.outputs += 1;
    if (outcomes[sample.expected]?.kind === 'event' && this.last) this.onGoodFact(this.last);
    return sample;
  }
}

const personalTexts = ({ value }: SampleFact): readonly string[] => {
  const { email, phone, customer_id, vuid } = value.customer;
  const { first_name, bill_address } = value;
  return [email, phone, customer_id, vuid, first_name, bill_address?.street1].filter(text => typeof text === 'string');
};

const add = (totals: Totals, { type, value: { order_id, currency, total } }: SampleFact) => {
  if (total === null) orderOf(totals, order_id, currency).emptied = true;
  else addAmount(totals, order_id, currency, (type === 'OrderPlaced' ? 1 : -1) * Number(total));
};

const addAmount = (totals: Totals, order: string, currency: string, amount: number) => {
  orderOf(totals, order, currency).total += amount;
};

const orderOf = (totals: Totals, order: string, currency: string): Total => {
  const one = totals.get(order) ?? { currency, total: 0, emptied: false };
  totals.set(order, one);
  return one;
};

const comesTo = ({ total, emptied }: Total): number => (emptied ? 0 : total);

/** Decimals are read back as text, amounts of ours are whole ten-thousandths. */
const tenThousandths = (amount: number | string) =>
  typeof amount === 'number' ? amount : Math.round(Number(amount) * 10_000);

const byCurrency = (totals: Totals): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const one of totals.values()) sums[one.currency] = (sums[one.currency] ?? 0) + comesTo(one);
  return Object.fromEntries(Object.entries(sums).sort(([a], [b]) => a.localeCompare(b)));
};

function* differences(wanted: Totals, found: Totals): Iterable<string> {
  for (const order of new Set([...wanted.keys(), ...found.keys()])) {
    const [one, other] = [wanted.get(order), found.get(order)].map(total => total && comesTo(total));
    if (one !== other) yield `order ${order} comes to ${other}, not ${one}`;
  }
}
