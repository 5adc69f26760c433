import { columns, startOf } from './columns.ts';

/**
 * Breaks a text at blanks so that no line is wider than `width` columns; the first line starts at column `indent`
 * already, the following ones are indented by it. A single word longer than the line is left whole, so that what is
 * to be pasted stays pasteable.
 * @param taken columns that are already used on the first line, beyond the indent.
 */
export function wrap(text: string, width: number, indent: number, taken = 0): string {
  const room = Math.max(20, width - indent);
  const lines: string[] = [];
  let line = '';
  let used = taken;
  for (const word of text.split(' ')) {
    const wide = columns(word);
    if (line !== '' && used + 1 + wide > room) {
      lines.push(line);
      line = word;
      used = wide;
    } else {
      used += wide + (line === '' ? 0 : 1);
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.join(`\n${' '.repeat(indent)}`);
}

/** Cuts a text to so many columns, with an ellipsis that says so. */
export const clip = (text: string, width: number, ellipsis = '…'): string =>
  columns(text) <= width ? text : `${startOf(text, Math.max(0, width - ellipsis.length))}${ellipsis}`;

/**
 * Cuts out of the middle: of long names the end tells them apart as often as the beginning does
 * (`tenant_0.events_2026_01`, `…_02`).
 */
export function clipMiddle(text: string, width: number, ellipsis = '…'): string {
  if (columns(text) <= width) return text;
  const room = Math.max(0, width - ellipsis.length);
  const head = startOf(text, Math.ceil(room / 2));
  let tail = '';
  for (const character of Array.from(text).toReversed()) {
    if (columns(character + tail) > room - columns(head)) break;
    tail = character + tail;
  }
  return `${head}${ellipsis}${tail}`;
}
