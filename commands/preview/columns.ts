/** Text in the columns of a terminal. */

/** What people may not see through (terminal controls, changes of direction) is escaped. */
export const visible = (text: string): string =>
  text.replace(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escaped);

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Cut to the width, the rest further in than the line. */
export const wrap = (line: string, width: number): string[] => {
  const indent = ' '.repeat(Math.min(line.search(/\S|$/) + 2, Math.floor(width / 2)));
  const rows: string[] = [];
  let row = '';
  let used = 0;
  for (const character of line) {
    const columns = columnsOf(character);
    if (used + columns > width) {
      rows.push(row);
      row = indent;
      used = indent.length;
    }
    row += character;
    used += columns;
  }
  return [...rows, row];
};

export const pad = (text: string, width: number): string => {
  let used = 0;
  for (const character of text) used += columnsOf(character);
  return text + ' '.repeat(Math.max(0, width - used));
};

/** East Asian wide characters and pictures take two columns, combining marks none. */
const columnsOf = (character: string): number => {
  if (character < '\u0300') return 1;
  if (/\p{Mark}|\u200d/u.test(character)) return 0;
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u.test(
    character,
  )
    ? 2
    : 1;
};
