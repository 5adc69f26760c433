/**
 * Text made safe for a terminal: control characters (C0, DEL, C1), bidi overrides and line separators become visible
 * `\x..`/`\u....` escapes, so that no string from a server, a file or a user can move the cursor, set a title or
 * reorder what is read. Newlines too: one value stays on one line.
 */
export function forTerminal(text: string): string {
  return text.replaceAll(UNSAFE, (char) => {
    const point = char.codePointAt(0) ?? 0;
    if (char === '\n') return String.raw`\n`;
    if (char === '\r') return String.raw`\r`;
    if (char === '\t') return String.raw`\t`;
    return point <= 0xff ? `\\x${point.toString(16).padStart(2, '0')}` : `\\u{${point.toString(16)}}`;
  });
}

const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|[\ud800-\udfff]/gu;
