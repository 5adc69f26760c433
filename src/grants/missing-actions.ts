import type { GrantsSection } from '../report/grants.ts';
import type { Gap } from './gaps.ts';
import type { Need } from './needs.ts';

/**
 * The section with what was asked for, and at each relation the actions that were asked for and do not pass, so that
 * every format can place a gap without reading its words. One gap (a schema's USAGE) may stand in the way of many.
 */
export function withMissing(section: GrantsSection, needs: readonly Need[], gaps: readonly Gap[]): GrantsSection {
  if (needs.length === 0) return section;
  const lacking = new Map<string, Set<string>>();
  for (const closed of gaps.flatMap((gap) => gap.closes)) {
    const space = closed.lastIndexOf(' ');
    const relation = closed.slice(0, space);
    const actions = lacking.get(relation) ?? new Set();
    lacking.set(relation, actions.add(closed.slice(space + 1)));
  }
  return {
    ...section,
    needs: [...new Set(needs.map((need) => need.name))],
    relations: section.relations.map((relation) => ({
      ...relation,
      missing: [...(lacking.get(`${relation.schema}.${relation.name}`) ?? [])],
    })),
  };
}
