import type { Draft } from '../report/build.ts';
import type { Catalogue } from '../report/finding.ts';
import { targetCodes } from '../target/codes.ts';
import { CHECKS } from './index.ts';

/** The codes of a run that reaches its server: the target's notices and the checks' findings. Loaded in any case. */
const NEAR: Catalogue = { ...targetCodes, ...Object.assign({}, ...CHECKS.map((check) => check.codes)) };

/** A catalogue that holds the words of the drafts' findings; the whole one is loaded only where something else was found. */
export async function wordsOf(drafts: readonly Draft[]): Promise<Catalogue> {
  const isNear = drafts.every(({ findings = [] }) => findings.every(({ code }) => Object.hasOwn(NEAR, code)));
  if (isNear) return NEAR;
  const { CATALOGUE } = await import('./catalogue.ts');
  return CATALOGUE;
}
