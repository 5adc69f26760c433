import type { Args, Catalogue, Finding, WordedFinding } from './finding.ts';
import { forFix } from './shell-quoting.ts';

/**
 * Fills `{name}` placeholders from the arguments.
 * A placeholder without an argument is a bug of the check, so it throws instead of printing a hole.
 * @param show how an argument is written; as it is unless told
 */
export function fill(
  template: string,
  args: Args,
  show: (name: string, value: string | number) => string = (_, value) => String(value),
): string {
  // Text and names by turns; the templates are few, and a hundred thousand findings are made of one of them.
  const parts = PARTS.get(template) ?? template.split(/\{(\w+)\}/);
  PARTS.set(template, parts);
  const filled = parts.map((part, at) => {
    if (at % 2 === 0) return part;
    const value = args[part];
    if (value === undefined) throw new Error(`no argument {${part}} for: ${template}`);
    return show(part, value);
  });
  return filled.join('');
}

const PARTS = new Map<string, readonly string[]>();

/**
 * Fills a fix: what people paste into a shell, so every argument is quoted for it. An apostrophe of the prose would open
 * a quotation there and turn those of the arguments inside out: it becomes a typographic one.
 */
export function fillFix(template: string, args: Args): string {
  const spelt =
    SPELT.get(template) ?? template.replaceAll(QUOTATION_OR_APOSTROPHE, (found) => (found === "'" ? '’' : found));
  SPELT.set(template, spelt);
  return fill(spelt, args, forFix);
}

const SPELT = new Map<string, string>();

/** A quotation of SQL or of the shell, which stays as it is; or an apostrophe after a letter. */
const QUOTATION_OR_APOSTROPHE = /(?<!\p{L})'[^']*'|(?<=\p{L})'(?=s?[\s,.;:)])/gu;

/** Gives a finding its words from the one catalogue. Nothing is escaped for print here: each renderer does, for its own format. */
export function word(finding: Finding, catalogue: Catalogue): WordedFinding {
  const words = catalogue[finding.code];
  if (words === undefined) throw new Error(`finding code not in the catalogue: ${finding.code}`);
  return {
    code: finding.code,
    severity: finding.severity ?? words.severity,
    stage: finding.stage,
    message: fill(words.message, finding.args),
    fix: fillFix(words.fix, finding.args),
    docs: `docs/findings/${finding.code}.md`,
    raw: finding.raw ?? null,
    args: finding.args,
  };
}
