import type { Catalogue, Finding, WordedFinding } from './finding.ts';
import { LateFinding } from './late-finding.ts';
import { worded } from './wording.ts';

export { fill, fillFix } from './wording.ts';

/** Gives a finding its words from the one catalogue; a late one gets them when they are read. */
export function word(finding: Finding, catalogue: Catalogue): WordedFinding {
  const words = catalogue[finding.code];
  if (words === undefined) throw new Error(`finding code not in the catalogue: ${finding.code}`);
  return finding instanceof LateFinding ? finding.withWords(words) : worded(finding, words);
}
