import type { Finding } from '../report/finding.ts';
import { type Assessment, type Gap, findGaps } from './gaps.ts';
import type { Inventory } from './inventory.ts';
import type { Need } from './needs.ts';
import { type Scope, type ScopeFilters, applyScope } from './scope.ts';
import type { Statements } from './statements.ts';

/** Needs that hold for what these filters leave. */
export interface NeedGroup {
  readonly needs: readonly Need[];
  readonly filters: ScopeFilters;
}

export interface GroupAssessment extends Assessment {
  /** What the filters themselves have to say. */
  readonly filterFindings: readonly Finding[];
  /** The relations of which something was asked, as `schema.name`. */
  readonly asked: ReadonlySet<string>;
}

/** The gaps of several groups of needs as one list: what two groups ask for alike is one gap. */
export function findGroupGaps(
  inventory: Inventory,
  statements: Statements,
  groups: readonly (NeedGroup & { readonly scope?: Scope })[],
): GroupAssessment {
  const gaps = new Map<string, Gap>();
  const notes = new Map<string, Finding>();
  const filterFindings = new Map<string, Finding>();
  const asked = new Set<string>();
  for (const group of groups) {
    const scope = group.scope ?? applyScope(inventory, group.filters);
    const ofRelations = group.needs.some((need) => need.on === 'relation');
    for (const finding of scope.findings) {
      // A schema without relations is no surprise where only the schema itself is needed.
      const expected = finding.code === 'scope-empty' && group.needs.length > 0 && !ofRelations;
      if (!expected) filterFindings.set(JSON.stringify(finding), finding);
    }
    if (ofRelations) {
      for (const each of scope.relations) asked.add(`${inventory.schemas.get(each.schema)?.name ?? ''}.${each.name}`);
    }
    const assessed = findGaps(inventory, statements, scope, group.needs);
    for (const note of assessed.notes) notes.set(JSON.stringify(note), note);
    if (groups.length === 1) {
      // Nothing to merge.
      return { gaps: assessed.gaps, notes: assessed.notes, filterFindings: [...filterFindings.values()], asked };
    }
    for (const gap of assessed.gaps) {
      const key = JSON.stringify([gap.object, gap.privilege, gap.role, gap.privilege === null ? gap.code : '']);
      const known = gaps.get(key);
      gaps.set(key, known === undefined ? gap : merged(known, gap));
    }
  }
  return { gaps: [...gaps.values()], notes: [...notes.values()], filterFindings: [...filterFindings.values()], asked };
}

const merged = (a: Gap, b: Gap): Gap => ({
  ...a,
  needs: [...new Set([...a.needs, ...b.needs])],
  closes: [...new Set([...a.closes, ...b.closes])],
});
