/** Counters and gauges by name and labels: plain numbers in memory, to be shown, logged or exported. */

/** All there are: what is not in this table cannot be counted. Units in Prometheus' manner. */
export const metricTable = {
  records_total: {
    kind: 'counter',
    unit: 'records',
    labels: ['lane'],
    sentence: 'Source records accounted for by a committed write.',
  },
  events_total: { kind: 'counter', unit: 'events', labels: ['action'], sentence: 'ODP events written.' },
  failures_total: { kind: 'counter', unit: 'failures', labels: ['code'], sentence: 'Failures written.' },
  skipped_total: { kind: 'counter', unit: 'records', labels: [], sentence: 'Tombstones and empty values.' },
  duplicates_total: { kind: 'counter', unit: 'facts', labels: [], sentence: 'Facts that had come before.' },
  late_total: { kind: 'counter', unit: 'events', labels: [], sentence: 'Events of late facts.' },
  closed_early_total: {
    kind: 'counter',
    unit: 'windows',
    labels: [],
    sentence: 'Windows that a bound closed before their time: raise window.held_facts_max if there is memory.',
  },
  summaries_total: { kind: 'counter', unit: 'summaries', labels: [], sentence: 'Parts of summaries written.' },
  held_facts: {
    kind: 'gauge',
    unit: 'facts',
    labels: ['lane'],
    sentence: 'Facts that wait: in open windows, for their purchase, or as late ones.',
  },
  restore_left: {
    kind: 'gauge',
    unit: 'offsets',
    labels: ['lane'],
    sentence: 'What a lane that begins has still to read of its changelog.',
  },
  writes_total: { kind: 'counter', unit: 'transactions', labels: [], sentence: 'Transactions committed.' },
  lane_errors_total: {
    kind: 'counter',
    unit: 'errors',
    labels: ['lane'],
    sentence: 'Times a lane died and was built again.',
  },
  lanes: { kind: 'gauge', unit: 'lanes', labels: [], sentence: 'Lanes this process holds.' },
  rebalances_total: {
    kind: 'counter',
    unit: 'rebalances',
    labels: [],
    sentence: 'Times the group dealt its lanes anew.',
  },
  registry_requests_total: {
    kind: 'counter',
    unit: 'requests',
    labels: ['outcome'],
    sentence: 'Requests to the schema registry.',
  },
} as const satisfies Record<string, MetricMeaning>;

export interface MetricMeaning {
  readonly kind: 'counter' | 'gauge';
  readonly unit: string;
  readonly labels: readonly string[];
  readonly sentence: string;
}

export type MetricName = keyof typeof metricTable;
type NamesOf<K extends 'counter' | 'gauge'> = {
  [N in MetricName]: (typeof metricTable)[N]['kind'] extends K ? N : never;
}[MetricName];

/** Exactly the labels of the table. */
export type Labels<N extends MetricName> = Readonly<Record<(typeof metricTable)[N]['labels'][number], string | number>>;

export interface Sample {
  readonly name: MetricName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export class Metrics {
  /** By name, then by label values joined. */
  private readonly samples = new Map<MetricName, Map<string, Sample & { value: number }>>();

  /** @param by Not negative. */
  count<N extends NamesOf<'counter'>>(name: N, labels: Labels<N>, by = 1): void {
    this.sample(name, labels).value += by;
  }

  gauge<N extends NamesOf<'gauge'>>(name: N, labels: Labels<N>, value: number): void {
    this.sample(name, labels).value = value;
  }

  /** In the order of the table, then as first counted. A copy. */
  snapshot(): readonly Sample[] {
    return (Object.keys(metricTable) as MetricName[]).flatMap(name =>
      [...(this.samples.get(name)?.values() ?? [])].map(sample => ({ ...sample })),
    );
  }

  /** Sum over all labels. */
  total(name: MetricName): number {
    let sum = 0;
    for (const { value } of this.samples.get(name)?.values() ?? []) sum += value;
    return sum;
  }

  private sample(name: MetricName, labels: object): { value: number } {
    const values = labels as Record<string, string | number>;
    const names: readonly string[] = metricTable[name].labels;
    const texts = names.map(label => [label, String(values[label])] as const);
    const key = texts.map(([, value]) => value).join('\0');
    let ofName = this.samples.get(name);
    if (!ofName) {
      ofName = new Map();
      this.samples.set(name, ofName);
    }
    let sample = ofName.get(key);
    if (!sample) {
      sample = { name, labels: Object.fromEntries(texts), value: 0 };
      ofName.set(key, sample);
    }
    return sample;
  }
}
