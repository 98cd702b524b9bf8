/**
 * What must come out of a history, by the words of the design and nothing of ours: all facts are looked at together, so that
 * there are no batches, no restarts and no watermark in it. Only for what moves by data alone: no clock, no bound, no inbox.
 */
import { Book, type BookSettings, type Line, mergedLines, sameContent } from './book';
import { codeOfSpoilt, type Delivery, type Told } from './told';

export interface OracleSettings extends BookSettings {
  readonly kind: 'session' | 'tumbling';
  readonly gapMs: number;
  readonly sizeMs: number;
  readonly graceMs: number;
  readonly late: 'emit' | 'refuse';
  readonly merge: boolean;
  readonly topics: readonly string[];
  /** Of the story, epoch ms. */
  readonly start: number;
}

/** By order and by place, as texts. */
export interface Expected {
  readonly events: ReadonlyMap<string, readonly Line[]>;
  /** `topic@offset code`. */
  readonly failures: readonly string[];
  readonly duplicates: number;
  readonly books: ReadonlyMap<string, Book>;
}

interface Placed {
  readonly told: Told;
  readonly place: string;
  readonly late: boolean;
}

/** Facts of an order that are taken together. */
interface Turn {
  readonly at: number;
  /** −1: in time; of a late one its topic: what is late goes behind what closed at its time. */
  readonly behind: number;
  readonly facts: readonly Placed[];
}

export const expectedOf = (deliveries: readonly Delivery[], settings: OracleSettings): Expected => {
  const failures: string[] = [];
  const turns = new Map<string, Turn[]>();
  const inTime = new Map<string, Placed[]>();
  const { topics, graceMs, gapMs, sizeMs, kind } = settings;
  topics.forEach((topic, behind) => {
    let newest = Number.NEGATIVE_INFINITY;
    deliveries
      .filter(delivery => delivery.topic === topic)
      .forEach(({ what }, offset) => {
        const place = `${topic}@${offset}`;
        if (typeof what === 'string') {
          if (codeOfSpoilt[what] !== undefined) failures.push(`${place} ${codeOfSpoilt[what]}`);
          return;
        }
        const reached = newest - graceMs;
        newest = Math.max(newest, what.at);
        const ends = kind === 'session' ? what.at + 1 : windowOf(what, settings) + sizeMs;
        if (ends > reached) into(inTime, what.order, { told: what, place, late: false });
        else if (settings.late === 'refuse') failures.push(`${place} late`);
        else into(turns, what.order, { at: reached, behind, facts: [{ told: what, place, late: true }] });
      });
  });
  for (const [order, facts] of inTime) {
    facts.sort((a, b) => bySequence(a.told, b.told));
    let window: Placed[] = [];
    facts.forEach((fact, index) => {
      window.push(fact);
      const next = facts[index + 1]?.told;
      const isSame =
        kind === 'session'
          ? next !== undefined && next.at - fact.told.at <= gapMs
          : next !== undefined && windowOf(next, settings) === windowOf(fact.told, settings);
      if (isSame) return;
      const at = kind === 'session' ? fact.told.at + gapMs + 1 : windowOf(fact.told, settings) + sizeMs;
      into(turns, order, { at, behind: -1, facts: window });
      window = [];
    });
  }
  for (const own of turns.values()) afterOlderOnes(own);
  const events = new Map<string, readonly Line[]>();
  const books = new Map<string, Book>();
  let duplicates = 0;
  for (const [order, own] of turns) {
    own.sort((a, b) => a.at - b.at || a.behind - b.behind);
    const taken = takeTurns(own, settings);
    if (taken.events.length > 0) events.set(order, taken.events);
    failures.push(...taken.failures);
    duplicates += taken.duplicates;
    books.set(order, taken.book);
  }
  return { events, failures: failures.sort(), duplicates, books };
};

/** What is late goes behind older facts that are taken together at a later time. */
const afterOlderOnes = (turns: Turn[]): void => {
  const inTime = turns.filter(({ behind }) => behind === -1);
  turns.forEach((turn, index) => {
    const [late] = turn.facts;
    if (turn.behind === -1 || late === undefined) return;
    const open = inTime.find(({ at, facts: [first] }) => at > turn.at && first !== undefined && isOlder(first, late));
    if (open !== undefined) turns[index] = { ...turn, at: open.at };
  });
};

const isOlder = (first: Placed, late: Placed) => first.told.at <= late.told.at;

const takeTurns = (turns: readonly Turn[], settings: OracleSettings) => {
  const book = new Book(settings);
  const events: Line[] = [];
  const failures: string[] = [];
  let duplicates = 0;
  let held: (Placed & { readonly until: number })[] = [];
  let lines: Line[] = [];
  const settle = ({ told, place, late }: Placed) => {
    const line = book.settle(told, late);
    if (typeof line === 'string') failures.push(`${place} ${line}`);
    else lines.push(line);
  };
  const out = () => {
    events.push(...(settings.merge ? mergedLines(lines) : lines));
    lines = [];
  };
  /** All of one due time together. */
  const release = (time: number) => {
    const due = Math.min(...held.map(({ until }) => until));
    if (held.length === 0 || due > time) return;
    const released = held.filter(({ until }) => until === due).sort((a, b) => bySequence(a.told, b.told));
    held = held.filter(({ until }) => until !== due);
    for (const one of released) settle(one);
    out();
    release(time);
  };
  for (const { at, facts } of turns) {
    release(at);
    for (const fact of facts) {
      const { told, place } = fact;
      const known = book.seen.has(told.id) || held.some(one => one.told.id === told.id);
      if (known || (told.kind === 'placed' && book.bought !== undefined && sameContent(told, book.bought)))
        duplicates++;
      else if (told.kind === 'placed') {
        settle(fact);
        if (book.bought === undefined) continue;
        const waited = held.sort((a, b) => bySequence(a.told, b.told));
        held = [];
        for (const one of waited) settle(one);
      } else if (book.bought !== undefined) settle(fact);
      else if (book.currency !== undefined && book.currency !== told.currency)
        failures.push(`${place} currency_changed`);
      else held.push({ ...fact, until: at + settings.orphanWaitMs });
    }
    out();
  }
  release(Number.POSITIVE_INFINITY);
  return { book, events, failures, duplicates };
};

const RANK = { placed: 0, returned: 1, refunded: 2, cancelled: 3 };
const bySequence = (a: Told, b: Told): number =>
  a.at - b.at || RANK[a.kind] - RANK[b.kind] || Buffer.compare(Buffer.from(a.id), Buffer.from(b.id));

const windowOf = ({ at }: Told, { start, sizeMs }: OracleSettings): number =>
  Math.floor((start + at) / sizeMs) * sizeMs - start;

const into = <T>(lists: Map<string, T[]>, key: string, value: T) => {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
};
