import type { Args, Catalogue, Finding, WordedFinding } from './finding.ts';

/**
 * Fills `{name}` placeholders from the arguments.
 * A placeholder without an argument is a bug of the check, so it throws instead of printing a hole.
 */
export function fill(template: string, args: Args): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = args[name];
    if (value === undefined) throw new Error(`no argument {${name}} for: ${template}`);
    return String(value);
  });
}

/** Gives a finding its words from the one catalogue. Nothing is escaped here: each renderer escapes for its own format. */
export function word(finding: Finding, catalogue: Catalogue): WordedFinding {
  const words = catalogue[finding.code];
  if (words === undefined) throw new Error(`finding code not in the catalogue: ${finding.code}`);
  return {
    code: finding.code,
    severity: finding.severity ?? words.severity,
    stage: finding.stage,
    message: fill(words.message, finding.args),
    fix: fill(words.fix, finding.args),
    docs: `docs/findings/${finding.code}.md`,
    raw: finding.raw ?? null,
    args: finding.args,
  };
}
