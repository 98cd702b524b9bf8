/** Facts as JSON lines. Blank lines are left out. Every line that cannot be read is told at once. */
import { type Problem, shown } from '../settings/problem';
import { checkedFact, type FactLine, factLine, isObject, recordTime } from './fact-line';

/** @param file Its name stands for the topic where a line names none; a line's number is its offset. */
export const readFacts = (text: string, file: string): { lines: FactLine[]; problems: Problem[] } => {
  const lines: FactLine[] = [];
  const problems: Problem[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const found = readLine(index === 0 ? line.replace(/^\uFEFF/, '') : line, file, index + 1);
    if (Array.isArray(found)) problems.push(...found);
    else lines.push(found);
  }
  return { lines, problems };
};

const readLine = (line: string, file: string, number: number): FactLine | Problem[] => {
  const place = `${file}:${number}`;
  let given: unknown;
  try {
    given = JSON.parse(line);
  } catch (error) {
    const message = 'is not JSON: each line must be one whole JSON object';
    return [{ source: `${place}${columnOf(error, line)}`, message }];
  }
  if (!isObject(given)) return [{ source: place, message: `must be a JSON object, but is ${shown(given)}` }];
  const problems: Problem[] = [];
  const fact = checkedFact(given, (name, message, hint) =>
    problems.push({ source: place, name, message, ...(hint !== undefined && { hint }) }),
  );
  if (fact === undefined) return problems;
  // Where a foreign record does not say its time: now, as a producer would stamp it.
  return factLine(fact, { topic: file, number, place, timestamp: recordTime(fact) ?? Date.now() });
};

/** Where JSON.parse stopped, as it says itself; its message would quote the line. */
const columnOf = (error: unknown, line: string): string => {
  const position = /at position (\d+)/.exec(String(error))?.[1];
  if (position !== undefined) return `:${Number(position) + 1}`;
  return /Unexpected end/.test(String(error)) ? `:${line.length + 1}` : '';
};
