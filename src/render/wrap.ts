/**
 * Breaks a text at blanks so that no line is wider than `width` columns; the first line starts at column `indent`
 * already, the following ones are indented by it. A single word longer than the line is left whole, so that what is
 * to be pasted stays pasteable.
 */
export function wrap(text: string, width: number, indent: number): string {
  const room = Math.max(20, width - indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.join(`\n${' '.repeat(indent)}`);
}

/** Cuts a text to a width, with an ellipsis that says so. */
export const clip = (text: string, width: number, ellipsis = '…'): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - ellipsis.length))}${ellipsis}`;
