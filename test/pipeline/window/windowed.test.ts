/** The operators: one step per input, at the same moment; each subscription begins anew. */
import { map, type OperatorFunction } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { hopping } from '../../../pipeline/window/hopping';
import { session } from '../../../pipeline/window/session';
import { tumbling } from '../../../pipeline/window/tumbling';
import type { WindowInput, WindowStep } from '../../../pipeline/window/window';
import { reading, shown, type Value, values } from './value';

const inputs: Record<string, WindowInput<Value>> = {
  a: { values: values('A@3') },
  t: { values: [] },
  b: { values: values('A@15') },
  z: { values: [], end: true },
};

const marbles: [string, OperatorFunction<WindowInput<Value>, WindowStep<Value>>, Record<string, string[]>][] = [
  ['tumbling', tumbling({ ...reading, sizeMs: 10 }), { c: ['A[0,10) 3 by watermark'], e: ['A[10,20) 15 by end'] }],
  [
    'hopping',
    hopping({ ...reading, sizeMs: 10, hopMs: 5 }),
    { c: ['A[-5,5) 3 by watermark', 'A[0,10) 3 by watermark'], e: ['A[10,20) 15 by end', 'A[15,25) 15 by end'] },
  ],
  ['session', session({ ...reading, gapMs: 3 }), { c: ['A[3,7) 3 by watermark'], e: ['A[15,19) 15 by end'] }],
];

test.each(marbles)('%s: a step per input, when it comes; completing closes nothing', (_kind, operator, closed) => {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(({ cold, expectObservable }) => {
    const closing = (source: string) =>
      cold(source, inputs).pipe(
        operator,
        map(step => step.closed.map(shown)),
      );
    const told = { o: [], ...closed };
    expectObservable(closing('|')).toBe('|', told);
    expectObservable(closing('-a-t-b-z|')).toBe('-o-o-c-e|', told);
    expectObservable(closing('-a-b-|')).toBe('-o-c-|', told);
    expectObservable(closing('-b-#')).toBe('-o-#', told);
  });
});
