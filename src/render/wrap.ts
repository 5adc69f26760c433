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

/**
 * The same for a fix: what is to be pasted comes after its last colon and is never broken, since the half of a command
 * that a newline cuts off would run alone. It gets a line of its own where it does not fit behind the words.
 */
export function wrapFix(text: string, width: number, indent: number, taken = 0): string {
  const at = text.lastIndexOf(': ');
  const paste = text.slice(at + 2);
  // Words go on after it: nothing there is to be pasted as a whole.
  if (at < 0 || /[.] \p{Lu}/u.test(paste)) return wrap(text, width, indent, taken);
  const words = wrap(text.slice(0, at + 1), width, indent, taken);
  const lastLine = words.slice(words.lastIndexOf('\n') + 1);
  const used = columns(lastLine) + (words.includes('\n') ? 0 : indent + taken);
  const between = used + 1 + columns(paste) <= width ? ' ' : `\n${' '.repeat(indent + 2)}`;
  return `${words}${between}${paste}`;
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
