/**
 * How many columns of a terminal a text takes: East Asian wide characters and emoji take two, combining marks and
 * joiners none. A user's name for a table may be any of them, and one wrong width shifts a whole table.
 */
export function columns(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter().segment(text)) width += graphemeColumns(segment);
  return width;
}

/** The longest beginning of a text that fits into so many columns, never half a character. */
export function startOf(text: string, width: number): string {
  if (PLAIN.test(text)) return text.slice(0, width);
  let room = width;
  let end = 0;
  for (const { segment, index } of segmenter().segment(text)) {
    room -= graphemeColumns(segment);
    if (room < 0) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}

/** As `padEnd` and `padStart`, in columns. */
export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - columns(text)));
export const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - columns(text))) + text;

/** One column each: ASCII, Latin, dashes and quotes, arrows and mathematics, boxes, our own marks. */
const PLAIN =
  /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u22ff\u2500-\u25fc\u2713\u2717]*$/;

let made: Intl.Segmenter | undefined;
/** Made when a text needs it: that takes 9 ms. */
const segmenter = (): Intl.Segmenter => (made ??= new Intl.Segmenter('en', { granularity: 'grapheme' }));

/** Shown as a picture by itself or by the variation selector that asks for one. */
const PICTURE = /^\p{Emoji_Presentation}|\ufe0f/u;

/** Nothing to see: marks, joiners, selectors by themselves. */
const INVISIBLE = /^[\p{Mark}\p{Default_Ignorable_Code_Point}]+$/u;

/** Wide and fullwidth of Unicode's EastAsianWidth, in the blocks in use. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u;

function graphemeColumns(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0;
  return PICTURE.test(grapheme) || WIDE.test(grapheme) ? 2 : 1;
}
