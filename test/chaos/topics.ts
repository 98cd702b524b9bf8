/** The names of a run: one group, two order topics (purchases and deductions apart, so that lanes read two), and its outputs. */
export const group = 'chaos';

export const topics = {
  purchases: 'chaos.purchases',
  deductions: 'chaos.deductions',
  events: 'chaos.events',
  failures: 'chaos.failures',
  summaries: 'chaos.summaries',
  inbox: `${group}.inbox`,
  state: `${group}.state`,
} as const;

export const sources = [topics.purchases, topics.deductions] as const;
export const outputs = [topics.events, topics.failures, topics.summaries, topics.state] as const;

/** By which a record of ours says what it is, for the judge: `f:12.0` is fact 0 of order 12, `b:cut` a bad one. */
export const headerName = 'chaos';
