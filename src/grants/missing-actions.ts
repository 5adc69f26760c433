import type { GrantsSection } from '../report/grants.ts';
import type { Gap } from './gaps.ts';
import type { Need } from './needs.ts';

/**
 * The section with what was asked for, and at each relation the actions that were asked for and do not pass, so that
 * every format can place a gap without reading its words. One gap (a schema's USAGE) may stand in the way of many.
 * @param asked the relations of which something was asked, as `schema.name`
 * @param accepted entries of `closes` that are missing too, and accepted
 */
export function withMissing(
  section: GrantsSection,
  needs: readonly Need[],
  gaps: readonly Gap[],
  asked: ReadonlySet<string>,
  accepted: readonly string[],
): GrantsSection {
  if (needs.length === 0) return section;
  const lacking = byRelation(gaps.flatMap((gap) => gap.closes));
  const known = byRelation(accepted);
  return {
    ...section,
    needs: [...new Set(needs.map((need) => need.name))],
    relations: section.relations.map((relation) => {
      const key = `${relation.schema}.${relation.name}`;
      if (!asked.has(key)) return relation;
      const actions = known.get(key);
      return {
        ...relation,
        missing: [...(lacking.get(key) ?? [])],
        ...(actions === undefined ? {} : { accepted: [...actions] }),
      };
    }),
  };
}

/** Actions by relation, from entries such as `public.users select`. */
function byRelation(entries: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const actions = new Map<string, Set<string>>();
  for (const entry of entries) {
    const space = entry.lastIndexOf(' ');
    const relation = entry.slice(0, space);
    const known = actions.get(relation) ?? new Set();
    actions.set(relation, known.add(entry.slice(space + 1)));
  }
  return actions;
}
