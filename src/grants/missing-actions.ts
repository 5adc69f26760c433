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
  const lacking = byRelation(closedBy(gaps));
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
        missing: lacking.get(key) ?? [],
        ...(actions === undefined ? {} : { accepted: actions }),
      };
    }),
  };
}

function* closedBy(gaps: readonly Gap[]): Generator<string> {
  for (const gap of gaps) yield* gap.closes;
}

/** Actions by relation, each once, from entries such as `public.users select`. */
function byRelation(entries: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const actions = new Map<string, string[]>();
  for (const entry of entries) {
    const space = entry.lastIndexOf(' ');
    const relation = entry.slice(0, space);
    const action = entry.slice(space + 1);
    const known = actions.get(relation);
    if (known === undefined) actions.set(relation, [action]);
    else if (!known.includes(action)) known.push(action);
  }
  return actions;
}
