/** Where an identity or a path may be broken when a line has no blank: after these. */
const SEPARATORS = '/:,;-';

/**
 * Lines of at most `columns` characters: broken at a blank, else after a separator of paths and identities, else anywhere. Only the
 * blanks at the breaks are lost.
 */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let rest = Array.from(text);
  while (rest.length > columns) {
    const at = breakOf(rest, columns);
    lines.push(rest.slice(0, at).join('').trimEnd());
    rest = Array.from(rest.slice(at).join('').trimStart());
  }
  return [...lines, rest.join('')];
}

/** A break in the first half would leave a ragged line; then a later separator is better. */
function breakOf(characters: readonly string[], columns: number): number {
  const blank = characters.lastIndexOf(' ', columns);
  if (blank > columns / 2) return blank;
  const separator = characters.slice(0, columns).findLastIndex((character) => SEPARATORS.includes(character));
  if (separator > columns / 2) return separator + 1;
  return blank > 0 ? blank : columns;
}

/** A name in a column of its own with the text beside it; a name that is wider stands on a line above the text. */
export function beside(name: string, nameColumns: number, text: string, columns: number): string {
  const indent = ' '.repeat(nameColumns);
  const lines = wrap(text, columns - nameColumns).map((line) => `${indent}${line}`.trimEnd());
  const width = Array.from(name).length;
  if (width >= nameColumns) return [...wrap(name, columns), ...lines].join('\n');
  return [name + (lines[0] ?? '').slice(width), ...lines.slice(1)].join('\n');
}
