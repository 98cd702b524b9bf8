/** How stories are told of: a line each, and under those that failed what differs, field by field. */
import { type Paint, painter } from '../paint';
import { visible } from '../preview/columns';
import type { Difference } from './difference';
import type { FieldDifference } from './fields';

export interface Told {
  readonly file: string;
  readonly story: string;
  readonly differences: readonly Difference[];
}

export const report = (stories: readonly Told[], colour: boolean): string => {
  const paint = painter(colour);
  const failed = stories.filter(({ differences }) => differences.length > 0).length;
  const sum = `${stories.length} ${stories.length === 1 ? 'story' : 'stories'}, ${failed === 0 ? 'all as expected' : `${failed} not as expected`}`;
  return [...stories.flatMap(story => storyLines(story, paint)), paint(failed === 0 ? 'green' : 'red', sum), ''].join(
    '\n',
  );
};

const storyLines = ({ file, story, differences }: Told, paint: Paint): string[] => {
  const good = differences.length === 0;
  const head = `${good ? paint('green', 'ok    ') : paint('red', 'FAILED')}  ${file}  ${paint('dim', visible(story.trim()))}`;
  return [head, ...differences.flatMap(difference => differenceLines(difference, paint))];
};

const differenceLines = ({ place, message, fields }: Difference, paint: Paint): string[] => {
  const names = Math.max(...fields.map(({ field }) => field.length));
  const values = Math.max(...fields.map(({ expected }) => text(expected).length));
  return [
    `  ${paint('dim', `${place}:`)} ${visible(message)}`,
    ...fields.map(
      ({ field, expected, got }) =>
        `      ${visible(field).padEnd(names)}  expected ${paint('green', text(expected).padEnd(values))}  got ${paint('red', text(got))}`,
    ),
  ];
};

const text = (value: unknown): string =>
  value === null || value === undefined ? 'nothing' : visible(plainJson(value));

export const asJson = (stories: readonly Told[]): string =>
  plainJson({
    stories: stories.map(({ file, story, differences }) => ({
      file,
      story,
      ok: differences.length === 0,
      differences: differences.map(({ fields, ...difference }) => ({ ...difference, fields: fields.map(withNulls) })),
    })),
    failed: stories.filter(({ differences }) => differences.length > 0).length,
  });

const withNulls = ({ field, expected, got }: FieldDifference) => ({ field, expected, got: got ?? null });

const plainJson = (value: unknown): string =>
  JSON.stringify(value, (_, field: unknown) => (typeof field === 'bigint' ? String(field) : field));
