/** `preview --file`: reads the lines, runs the pipeline over them, shows what comes out. */
import { readFileSync } from 'node:fs';
import { CommandError, exitCodes } from '../exit';
import { loadMappings } from '../mappings';
import { problemLine } from '../settings/problem';
import type { Settings } from '../settings/schema';
import type { PreviewOptions } from './command';
import { readFacts } from './facts';
import { previewLines } from './lines';
import type { Previewed } from './preview';
import { type Shown, teller } from './show';

export const previewFile = async ({ file = '-', json }: PreviewOptions, settings: Settings): Promise<void> => {
  const mappings = await loadMappings(settings);
  const name = file === '-' ? 'standard input' : file;
  const { lines, problems } = readFacts(read(file, name), name);
  if (problems.length > 0)
    throw new CommandError(
      `Cannot preview ${name} as ${problems.length === 1 ? 'a line' : `${problems.length} lines`} cannot be read:\n${problems
        .map(problem => `  ${problemLine(problem)}`)
        .join('\n')}`,
      'one JSON object a line, such as {"schema":"commerce.orders.OrderPlaced","value":{…}}',
      exitCodes.usage,
    );
  const byNumber = new Map(lines.map(line => [line.source.offset, line]));
  const asWritten = ({ source, record }: Previewed): Shown => {
    const line = byNumber.get(source.offset);
    const topic = source.topic === name ? '' : ` ${source.topic}`;
    return { place: `${line?.place}${topic}`, record: line?.decoded ?? record };
  };
  await previewLines(lines, settings, mappings, teller(settings, json, asWritten));
};

const read = (file: string, name: string): string => {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw new CommandError(
      `Cannot preview ${name} as it cannot be read`,
      'give --file an existing file of JSON lines',
      exitCodes.usage,
      {
        cause,
      },
    );
  }
};
