/** What `replay` refuses before it reaches any broker. */
import { call } from '../call';

const into = (topic: string) => ['--rebuild', '--into', topic];

test.each<[string, readonly string[], RegExp]>([
  ['neither dry nor rebuilt', [], /as neither --dry-run nor --rebuild is given/],
  ['both', ['--dry-run', ...into('x')], /with both --dry-run and --rebuild/],
  ['rebuilt without a place', ['--rebuild'], /--rebuild and without --into/],
  ['dry into a place', ['--dry-run', '--into', 'x'], /--into and without --rebuild/],
  ['into our own events', into('odp.order-events'), /odp\.order-events is the topic of topics\.events/],
  ['into a source', into('commerce.orders'), /is the topic of topics\.sources/],
  ['into the changelog', into('odp-orders.state'), /is the topic of topics\.state/],
  [
    'where its failures would go to our own',
    [...into('odp'), '--set', 'topics.failures=odp.failures'],
    /odp\.failures is the topic of topics\.failures/,
  ],
  ['into what is no name', into('a b'), /letters, digits/],
  ['into a name too long with what is added', into('x'.repeat(241)), /at most 249/],
  ['from a word', ['--dry-run', '--from', 'yesterday'], /--from "yesterday" as it is neither/],
  ['to a time without its zone', ['--dry-run', '--to', '2026-01-05T10:00:00'], /--to "2026-01-05T10:00:00"/],
  ['to no day', ['--dry-run', '--to', '2026-02-30'], /--to "2026-02-30"/],
  ['from the end', ['--dry-run', '--from', 'end'], /nothing between them/],
  ['to the beginning', ['--dry-run', '--to', 'earliest'], /nothing between them/],
  ['to before its beginning', ['--dry-run', '--from', '2026-01-02', '--to', '2026-01-02'], /nothing between them/],
])('refused: %s', async (_, args, says) => {
  const { code, out, err } = await call('replay', '--from', 'earliest', ...args);
  expect(err).toMatch(says);
  expect(err).toMatch(/\n {2}try: /);
  expect({ code, out }).toEqual({ code: 2, out: '' });
});

test('a beginning has to be said', async () => {
  expect(await call('replay', '--dry-run')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--from is not given'),
  });
});
