import type { Finding } from '../report/finding.ts';
import type { Closed, Gap, Subject } from './gap.ts';
import { type Assessment, findGaps } from './gaps.ts';
import type { Inventory, Oid, Relation } from './inventory.ts';
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
  /** Whether something was asked of a relation. */
  readonly asked: (relation: Relation) => boolean;
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
  const askedOf = new Set<Oid>();
  const asked = ({ oid }: Relation): boolean => askedOf.has(oid);
  for (const group of groups) {
    const scope = group.scope ?? applyScope(inventory, group.filters);
    const ofRelations = group.needs.some((need) => need.on === 'relation');
    for (const finding of scope.findings) {
      // A schema without relations is no surprise where only the schema itself is needed.
      const expected = finding.code === 'scope-empty' && group.needs.length > 0 && !ofRelations;
      if (!expected) filterFindings.set(JSON.stringify(finding), finding);
    }
    const assessed = findGaps(inventory, statements, scope, group.needs);
    for (const note of assessed.notes) notes.set(JSON.stringify(note), note);
    if (groups.length === 1) {
      // Nothing to merge.
      const { gaps: all, notes: said } = assessed;
      return { gaps: all, notes: said, filterFindings: [...filterFindings.values()], asked: () => ofRelations };
    }
    if (ofRelations) for (const { oid } of scope.relations) askedOf.add(oid);
    for (const gap of assessed.gaps) {
      const key = JSON.stringify([gap.object, gap.privilege, gap.role, gap.privilege === null ? gap.code : '']);
      const known = gaps.get(key);
      gaps.set(key, known === undefined ? gap : merged(known, gap));
    }
  }
  return { gaps: [...gaps.values()], notes: [...notes.values()], filterFindings: [...filterFindings.values()], asked };
}

/** One gap for the needs of both. Each thing of the inventory is one object, so that two of the same are the same. */
function merged(a: Gap, b: Gap): Gap {
  const closed: Closed[] = [];
  const words = new Map<Subject, Set<string>>();
  for (const gap of [a, b]) {
    gap.eachClosed((of, word) => {
      const known = words.get(of) ?? new Set();
      if (!known.has(word)) closed.push({ of, word });
      words.set(of, known.add(word));
    });
  }
  return a.closing(closed, [...new Set([...a.needs, ...b.needs])]);
}
