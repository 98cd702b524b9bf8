/** A bug is put where it belongs, or not at all. */
import { patched } from './bugs';

test('the text is changed where it is there once', () => {
  expect(patched('a fence b', 'fence', '', 'x.js')).toBe('a  b');
});

test.each(['no such thing', 'a fence and a fence'])('and is an error where it is not: %s', text => {
  expect(() => patched(text, 'fence', '', 'x.js for bug y')).toThrow(
    /Cannot change x\.js for bug y as its text is there/,
  );
});
