/** A verdict counts all and tells some. */
import { Verdict } from './verdict';

test('nothing found is right', () => {
  expect(new Verdict().right).toBe(true);
});

test('everything is counted, and of each kind the first are told, with their orders', () => {
  const verdict = new Verdict();
  for (let number = 0; number < 150; number++) verdict.add('lost', `event ${number}`, `C${number}`);
  verdict.add('wrong', 'a sum');
  expect(verdict).toMatchObject({ lost: 150, duplicated: 0, misordered: 0, wrong: 1, right: false });
  expect(verdict.lines).toHaveLength(101);
  expect(verdict.lines.at(-1)).toBe('wrong: a sum');
  expect(verdict.orders.size).toBe(100);
});
