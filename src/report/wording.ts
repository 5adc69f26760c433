import type { Args, CodeWords, Finding, WordedFinding } from './finding.ts';
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
  // What was given as an address is its own address: it is said once.
  const told = args['host'] === args['address'] ? template.replace(/ \(\{(?:address|host)\}\)/, '') : template;
  const filled = partsOf(told).map((part, at) => {
    if (at % 2 === 0) return part;
    const value = args[part];
    if (value === undefined) throw new Error(`no argument {${part}} for: ${template}`);
    return show(part, value);
  });
  return filled.join('');
}

/** Text and names by turns. The templates are few, and a hundred thousand findings are made of one of them. */
export function partsOf(template: string): readonly string[] {
  const parts = PARTS.get(template) ?? template.split(/\{(\w+)\}/);
  PARTS.set(template, parts);
  return parts;
}

const PARTS = new Map<string, readonly string[]>();

/**
 * Fills a fix: what people paste into a shell, so every argument is quoted for it. An apostrophe of the prose would open
 * a quotation there and turn those of the arguments inside out: it becomes a typographic one.
 */
export const fillFix = (template: string, args: Args): string => fill(speltFix(template), args, forFix);

/** The template of a fix as its arguments are put into it. */
export function speltFix(template: string): string {
  const spelt =
    SPELT.get(template) ?? template.replaceAll(QUOTATION_OR_APOSTROPHE, (found) => (found === "'" ? '’' : found));
  SPELT.set(template, spelt);
  return spelt;
}

const SPELT = new Map<string, string>();

/** A quotation of SQL or of the shell, which stays as it is; or an apostrophe after a letter. */
const QUOTATION_OR_APOSTROPHE = /(?<!\p{L})'[^']*'|(?<=\p{L})'(?=s?[\s,.;:)])/gu;

/** A finding with these words. Nothing is escaped for print here: each renderer does, for its own format. */
export function worded(finding: Finding, words: CodeWords): WordedFinding {
  const { code, stage, args } = finding;
  return {
    code,
    severity: finding.severity ?? words.severity,
    stage,
    message: fill(words.message, args),
    fix: fillFix(words.fix, args),
    docs: docsOf(code),
    raw: finding.raw ?? null,
    args,
  };
}

export const docsOf = (code: string): string => `docs/findings/${code}.md`;
