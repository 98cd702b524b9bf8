/** Values for the tests of windows, written as text: `K@12` is a value of key K at 12 ms; `K@12#b` one named b, `K@12/far` one of topic far. */
import type { WindowReducer } from '../../../pipeline/window/reduce';
import type { ClosedWindow, KeptWindows, WindowInput, WindowStep } from '../../../pipeline/window/window';

export interface Value {
  readonly key: string;
  readonly at: number;
  readonly id: string;
  readonly topic: string;
}

export const value = (text: string): Value => {
  const [, key, at, id, topic] = /^(\w+)@(-?\d+)(?:#(\w+))?(?:\/(\w+))?$/.exec(text) ?? [];
  if (key === undefined) throw new Error(`Cannot read value "${text}"`);
  return { key, at: Number(at), id: id ?? '', topic: topic ?? 'near' };
};

export const values = (text: string): Value[] => text.split(' ').filter(Boolean).map(value);

export const reading = {
  keyOf: (v: Value) => v.key,
  timeOf: (v: Value) => v.at,
  topicOf: (v: Value) => v.topic,
  compare: (a: Value, b: Value) => (a.id < b.id ? -1 : Number(a.id > b.id)),
  topics: ['near'],
  graceMs: 5,
  heldFactsMax: 1_000_000,
};

const text = (v: Value) => `${v.at}${v.id && `#${v.id}`}`;

/** `K[start,end) 1 2 by cause`. */
export const shown = (window: ClosedWindow<Value>) =>
  `${window.key}[${window.start},${window.end}) ${window.values.map(text).join(' ')} by ${window.cause}`;

export type Told = Omit<WindowInput<Value>, 'values'> & { readonly values?: string };

/** Runs inputs through a reducer: what closed and what was late, per input. */
export const run = (reducer: WindowReducer<Value>, ...inputs: readonly (string | Told)[]) => {
  let state = reducer.start();
  const steps: WindowStep<Value>[] = [];
  for (const told of inputs) {
    const input = typeof told === 'string' ? { values: told } : told;
    const step = reducer.next(state, { ...input, values: values(input.values ?? '') });
    state = step.state;
    steps.push(step);
  }
  return {
    steps,
    closed: steps.map(step => step.closed.map(shown)),
    late: steps.flatMap(step => step.late.map(({ value: v }) => `${v.key}@${text(v)}`)),
    watermarks: steps.map(step => step.time.watermark),
  };
};

/** A store that keeps what steps tell it, as JSON: what a restart finds. */
export class Store {
  private time = 'null';
  private readonly open = new Map<string, string>();

  keep(step: WindowStep<Value>): void {
    this.time = JSON.stringify(step.time);
    for (const [key, windows] of step.changes)
      if (windows.length === 0) this.open.delete(key);
      else this.open.set(key, JSON.stringify(windows));
  }

  read(): KeptWindows<Value> {
    return { time: JSON.parse(this.time), open: [...this.open].map(([key, windows]) => [key, JSON.parse(windows)]) };
  }
}
