import type { RelationKind } from '../report/grants.ts';
import { type Relation, RELATION_FLAG } from './inventory.ts';

const KINDS: Readonly<Record<string, RelationKind>> = {
  r: 'table',
  p: 'partitioned-table',
  v: 'view',
  m: 'materialized-view',
  f: 'foreign-table',
};

/** What the report calls a relation. */
export const kindOf = ({ flags, kind }: Relation): RelationKind =>
  (flags & RELATION_FLAG.partition) !== 0 ? 'partition' : (KINDS[kind] ?? 'table');
