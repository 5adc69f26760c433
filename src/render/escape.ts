/**
 * Text made safe for a terminal: control characters (C0, DEL, C1), bidi overrides and line separators become visible
 * `\x..`/`\u{....}` escapes, so that no string from a server, a file or a user can move the cursor, set a title or
 * reorder what is read. Newlines too: one value stays on one line. Nor does any start a command of a GitHub runner.
 */
export const forTerminal = (text: string): string =>
  SAFE.test(text) && !text.includes(OLD_COMMAND)
    ? text
    : text.replaceAll(UNSAFE, escaped).replaceAll(OLD_COMMAND, String.raw`#\x23[`);

/** GitHub's runner takes this anywhere in a line of a log for a command of its first kind (actions/runner, ActionCommand.cs). */
const OLD_COMMAND = '##[';

const SAFE = /^[\u0020-\u007e\u00a1-\u02ff]*$/;

/* oxlint-disable no-control-regex -- control characters are exactly what is meant */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]|[\u{e0000}-\u{e007f}]|[\ud800-\udfff]/gu;
/* oxlint-enable no-control-regex */

const NAMED: Readonly<Record<string, string>> = { '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t` };

function escaped(char: string): string {
  const point = char.codePointAt(0) ?? 0;
  return NAMED[char] ?? (point <= 0xff ? `\\x${point.toString(16).padStart(2, '0')}` : `\\u{${point.toString(16)}}`);
}

const XML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * Text for XML and HTML, in an element or a quoted attribute. What XML 1.0 cannot hold even as an entity (most control
 * characters, U+FFFE, lone surrogates) is made visible as on a terminal, and so are line breaks.
 */
export const forMarkup = (text: string): string => forTerminal(text).replaceAll(/[&<>"']/g, (char) => XML[char] ?? '');

/** The same for a text of several lines that are meant as lines. */
export const forMarkupLines = (lines: readonly string[]): string => lines.map(forMarkup).join('\n');

/** The message of a GitHub workflow command. One line: a raw line break would end the command and start another. */
export const forWorkflowData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

/** A property (`title=…`) of a workflow command. */
export const forWorkflowProperty = (text: string): string =>
  forWorkflowData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** JSON inside `<script type="application/json">`: nothing in it can end the element or open a comment. */
export const forScriptData = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('<', String.raw`\u003c`)
    .replaceAll('>', String.raw`\u003e`)
    .replaceAll('&', String.raw`\u0026`)
    .replaceAll(OLD_COMMAND, String.raw`#\u0023[`)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`);
