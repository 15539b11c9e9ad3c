/** Bytes of the UTF-8 form. Written out because workflow code has no Buffer. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += bytesOf(character);
  return bytes;
}

function bytesOf(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}

/** One line of at most `limitBytes` UTF-8 bytes; what was cut is shown by an ellipsis. */
export function oneLine(text: string, limitBytes: number): string {
  const flat = flatten(text);
  if (byteLength(flat) <= limitBytes) return flat;
  let kept = '';
  let bytes = bytesOf('…');
  for (const character of flat) {
    bytes += bytesOf(character);
    if (bytes > limitBytes) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/**
 * Control characters go, escape sequences included: names and messages come from disks and daemons, and could otherwise
 * redraw the terminal on which a person decides what is destroyed.
 */
function flatten(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, ' ')
      .trim()
  );
}

/** Text for a Markdown paragraph: cannot open a code fence or an HTML tag, which would hide what follows. */
export const prose = (text: string, limitBytes: number): string =>
  oneLine(text.replaceAll('`'.repeat(3), "'''").replaceAll('<', '\\<').replaceAll('*', '\\*'), limitBytes);

/** "and 4 more", or nothing. */
export const andMore = (total: number, shown: number): string => (total > shown ? `and ${total - shown} more` : '');

/** A fenced block of Markdown; no line can close it early. */
export const fenced = (lines: readonly string[], language = ''): string =>
  [`\`\`\`${language}`, ...lines.map((line) => line.replaceAll('`'.repeat(3), "'''")), '```'].join('\n');
