import { type Judgement, problemsOf } from '../../bench/outputs';

const good: Judgement = {
  topic: 'events',
  records: 100,
  repeated: 0,
  decodedEqual: 0,
  different: 0,
  unexpected: 0,
  missing: 0,
  examples: [],
};

test.each<[string, Partial<Judgement>, string[]]>([
  ['equal', {}, []],
  ['equal but for their bytes', { decodedEqual: 100 }, []],
  ['too few', { records: 99, missing: 1 }, ['events has 99 events for 100 orders', 'events lacks 1 keys']],
  ['written twice', { records: 101, repeated: 1 }, ['events has 101 events for 100 orders', 'events repeats 1 keys']],
  [
    'another one',
    { missing: 1, unexpected: 1 },
    ['events lacks 1 keys', 'events has 1 keys that the first topic has not'],
  ],
  ['different', { different: 1, examples: ['A: …'] }, ['events has 1 events with other values:', 'A: …']],
])('outputs that are %s', (_, judgement, problems) => {
  expect(problemsOf({ ...good, ...judgement }, 100)).toEqual(problems);
});
