/**
 * Our own schemas in the registry: under which subjects, registered or looked up at start, and checked before a change.
 * Topics of one type have topic-name subjects (`odp.order-events-value`), topics of several topic-record-name ones
 * (`commerce.orders-commerce.orders.OrderPlaced`).
 */
import { commerceTypes, completeSchema } from '../../schemas/schemas';
import type { Records } from '../../schemas/types';
import { readerProblems } from './evolution';
import { type Registry, RegistryError } from './registry';
import { stateTypes } from './state-types';

export interface Subject {
  readonly subject: string;
  readonly fullName: keyof Records;
}

export interface SubjectTopics {
  readonly events: string;
  readonly failures: string;
  /** Null where nothing is remembered; its state is null where it has no changelog. */
  readonly remembered: { readonly summaries: string; readonly state: string | null } | null;
  /** Order topics: each may carry all four facts. */
  readonly sources?: readonly string[];
}

export const subjectsOf = ({ events, failures, remembered, sources = [] }: SubjectTopics): readonly Subject[] => [
  ...sources.flatMap(topic =>
    commerceTypes().map(type => ({ subject: `${topic}-${type}`, fullName: type as keyof Records })),
  ),
  { subject: `${events}-value`, fullName: 'odp.OrderEvent' },
  { subject: `${failures}-value`, fullName: 'odp.OrderFailure' },
  ...(remembered === null
    ? []
    : [
        { subject: `${remembered.summaries}-value`, fullName: 'odp.OrderSummary' as const },
        ...(remembered.state === null
          ? []
          : stateTypes.map(fullName => ({ subject: `${remembered.state}-${fullName}`, fullName }))),
      ]),
];

/** Registers what is not registered yet. The ids, by subject. */
export const registerAll = async (
  registry: Registry,
  subjects: readonly Subject[],
): Promise<ReadonlyMap<string, number>> => {
  const ids = new Map<string, number>();
  for (const { subject, fullName } of subjects)
    ids.set(subject, await registry.register(subject, completeSchema(fullName)));
  return ids;
};

/** As `registerAll`, for those who may not register: rejects where one is missing. */
export const findAll = async (
  registry: Registry,
  subjects: readonly Subject[],
): Promise<ReadonlyMap<string, number>> => {
  const ids = new Map<string, number>();
  const missing: string[] = [];
  for (const { subject, fullName } of subjects) {
    const id = await registry.find(subject, completeSchema(fullName));
    if (id === undefined) missing.push(subject);
    else ids.set(subject, id);
  }
  if (missing.length === 0) return ids;
  throw new RegistryError(
    `Cannot find the schemas of ${missing.join(', ')} in ${registry.url} as this version writes them: ` +
      'run "odp-orders schemas" with the right to register, or set registry.register to true',
  );
};

export interface SubjectCheck extends Subject {
  /** `registered`: exactly ours; `new`: the subject has no schema yet; `changed`: it has another. */
  readonly state: 'registered' | 'new' | 'changed';
  readonly id: number | undefined;
  /** Why a change would break readers, each beginning with its field; empty where it would not. */
  readonly problems: readonly string[];
}

/** What registering would do, without doing it. */
export const checkAll = async (registry: Registry, subjects: readonly Subject[]): Promise<readonly SubjectCheck[]> => {
  const checks: SubjectCheck[] = [];
  for (const { subject, fullName } of subjects) {
    const schema = completeSchema(fullName);
    const id = await registry.find(subject, schema);
    const latest = id === undefined ? await registry.latest(subject) : undefined;
    if (latest === undefined) {
      checks.push({ subject, fullName, state: id === undefined ? 'new' : 'registered', id, problems: [] });
      continue;
    }
    // Our own list names the fields, whatever level the registry checks; where it finds nothing, the registry has the word.
    const own = readerProblems(schema, JSON.parse(latest.text));
    const problems = own.length > 0 ? own : await registry.objections(subject, schema);
    checks.push({ subject, fullName, state: 'changed', id, problems });
  }
  return checks;
};
