/** Looks at everything that can be known to be wrong without a connection, and tells all of it. */
import { readFileSync } from 'node:fs';
import { schemaFiles } from '../../schemas/schemas';
import { Ended, exitCodes } from '../exit';
import { readMappings } from '../mappings';
import { loadWithSources, type SettingsRequest } from '../settings/load';
import { type Problem, problemLine, SettingsProblems } from '../settings/problem';
import { avroProblems } from './avro';
import type { LintOptions } from './command';

export const lint = async (
  files: readonly string[],
  { json }: LintOptions,
  request: SettingsRequest,
): Promise<void> => {
  const problems = await allProblems(files, request);
  if (json) process.stdout.write(`${JSON.stringify({ problems })}\n`);
  else {
    for (const problem of problems) process.stdout.write(`${problemLine(problem)}\n`);
    const count =
      problems.length === 0 ? 'No problems' : problems.length === 1 ? 'One problem' : `${problems.length} problems`;
    process.stdout.write(`${count} in settings, mappings and schemas\n`);
  }
  if (problems.length > 0) throw new Ended(exitCodes.found);
};

/** Of settings, mappings and schemas, ours and those in the files. */
export const allProblems = async (files: readonly string[], request: SettingsRequest): Promise<readonly Problem[]> => {
  const loaded = loadWithSources(request);
  // Without settings nobody knows which mappings are meant.
  const ofSettings =
    loaded instanceof SettingsProblems ? loaded.problems : (await readMappings(loaded.settings)).problems;
  return [...ofSettings, ...schemaProblems(files)];
};

const schemaProblems = (files: readonly string[]): Problem[] => {
  const problems: Problem[] = [];
  const ours = schemaFiles().map(({ path, text }) => ({ name: `schemas/${path}`, text }));
  const theirs = files.flatMap(name => {
    try {
      return [{ name, text: readFileSync(name, 'utf8') }];
    } catch {
      problems.push({ source: name, message: 'cannot be read: is there such a file?' });
      return [];
    }
  });
  return [...problems, ...avroProblems([...ours, ...theirs])];
};
