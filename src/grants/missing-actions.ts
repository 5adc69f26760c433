import type { GrantsSection, RelationGrants } from '../report/grants.ts';
import type { Closed, Gap, Subject } from './gap.ts';
import type { Oid, Relation } from './inventory.ts';
import type { Need } from './needs.ts';
import { NO_WORDS, createSharedLists } from './shared-lists.ts';

/**
 * The section with what was asked for, and at each relation the actions that were asked for and do not pass, so that
 * every format can place a gap without reading its words. One gap (a schema's USAGE) may stand in the way of many.
 * @param relations those of the section, in its order
 * @param asked whether something was asked of a relation
 * @param accepted what is missing too, and accepted
 */
export function withMissing(
  section: GrantsSection,
  relations: readonly Relation[],
  needs: readonly Need[],
  gaps: readonly Gap[],
  asked: (relation: Relation) => boolean,
  accepted: readonly Closed[],
): GrantsSection {
  if (needs.length === 0) return section;
  const lacking = createActions();
  for (const gap of gaps) gap.eachClosed(lacking.add);
  const known = createActions();
  for (const { of, word } of accepted) known.add(of, word);
  return {
    ...section,
    needs: [...new Set(needs.map((need) => need.name))],
    relations: section.relations.map((relation, at) => {
      const found = relations[at];
      if (found === undefined || !asked(found)) return relation;
      const missing = lacking.of(found.oid) ?? NO_WORDS;
      const actions = known.of(found.oid);
      const lacks = lackingOf(relation, missing);
      return actions === undefined ? lacks : { ...lacks, accepted: actions };
    }),
  };
}

/** Key by key: spread, and with a key more, an object takes four times the room (measured: 510 bytes for 120). */
const lackingOf = (relation: RelationGrants, missing: readonly string[]): RelationGrants => ({
  schema: relation.schema,
  name: relation.name,
  kind: relation.kind,
  owner: relation.owner,
  read: relation.read,
  write: relation.write,
  truncate: relation.truncate,
  privileges: relation.privileges,
  via: relation.via,
  reasons: relation.reasons,
  missing,
});

/** Actions by relation, each once. */
function createActions(): {
  readonly add: (of: Subject, word: string) => void;
  readonly of: (oid: Oid) => readonly string[] | undefined;
} {
  const lists = createSharedLists();
  const actions = new Map<Oid, readonly string[]>();
  return {
    add: (of, word) => {
      if (typeof of !== 'string') actions.set(of.oid, lists.added(actions.get(of.oid) ?? NO_WORDS, word));
    },
    of: (oid) => actions.get(oid),
  };
}
