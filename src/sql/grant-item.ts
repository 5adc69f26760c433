import { PRIVILEGE, type PrivilegeName } from '../grants/privilege-bits.ts';
import type { Statement } from '../report/report.ts';
import { qualifiedName, quoteIdentifier } from '../report/sql-quoting.ts';
import type { Executor } from './executors.ts';

/** What a statement speaks of. */
export type GrantTarget =
  | { readonly kind: 'database'; readonly name: string }
  | { readonly kind: 'schema'; readonly name: string }
  | { readonly kind: 'relation' | 'sequence'; readonly schema: string; readonly name: string }
  | { readonly kind: 'all-relations' | 'all-sequences'; readonly schema: string }
  /** `arguments` are types as SQL writes them; `word` is FUNCTION or PROCEDURE. */
  | {
      readonly kind: 'routine';
      readonly word: 'FUNCTION' | 'PROCEDURE';
      readonly schema: string;
      readonly name: string;
      readonly arguments: string;
    }
  | {
      readonly kind: 'default';
      /** Null: whoever runs the statement. */
      readonly creator: string | null;
      readonly schema: string | null;
      readonly objects: 'TABLES' | 'SEQUENCES' | 'FUNCTIONS';
    };

/** One statement before it is text: what is given on what, to whom, by whom, and what that closes. */
export interface GrantItem {
  readonly target: GrantTarget;
  /** Null is PUBLIC; a role may be called "PUBLIC". */
  readonly grantee: string | null;
  /** Each privilege, on the whole object or on columns only. */
  readonly privileges: ReadonlyMap<PrivilegeName, 'whole' | ReadonlySet<string>>;
  readonly executor: Executor;
  readonly closes: readonly string[];
}

/** The order of statements: a schema before what it holds, objects of today before those of tomorrow. */
export const RANK: Readonly<Record<GrantTarget['kind'], number>> = {
  database: 0,
  schema: 1,
  'all-relations': 2,
  relation: 3,
  'all-sequences': 4,
  sequence: 5,
  routine: 6,
  default: 7,
};

const ORDER = Object.keys(PRIVILEGE) as PrivilegeName[];

const privilegeList = (item: Pick<GrantItem, 'privileges'>): string =>
  [...item.privileges]
    .toSorted(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b))
    .map(([name, on]) => (on === 'whole' ? name : `${name} (${[...on].map(quoteIdentifier).join(', ')})`))
    .join(', ');

const objectOf = (target: Exclude<GrantTarget, { kind: 'default' }>): string => {
  switch (target.kind) {
    case 'database':
      return `DATABASE ${quoteIdentifier(target.name)}`;
    case 'schema':
      return `SCHEMA ${quoteIdentifier(target.name)}`;
    case 'relation':
      return qualifiedName(target.schema, target.name);
    case 'sequence':
      return `SEQUENCE ${qualifiedName(target.schema, target.name)}`;
    case 'all-relations':
      return `ALL TABLES IN SCHEMA ${quoteIdentifier(target.schema)}`;
    case 'all-sequences':
      return `ALL SEQUENCES IN SCHEMA ${quoteIdentifier(target.schema)}`;
    case 'routine':
      return `${target.word} ${qualifiedName(target.schema, target.name)}(${requote(target.arguments)})`;
  }
};

/** The statement, or with `undo` the one that takes exactly that back. */
export function grantText(item: Pick<GrantItem, 'target' | 'grantee' | 'privileges'>, undo = false): string {
  const { target } = item;
  const grantee = item.grantee === null ? 'PUBLIC' : quoteIdentifier(item.grantee);
  const [verb, preposition] = undo ? ['REVOKE', 'FROM'] : ['GRANT', 'TO'];
  if (target.kind !== 'default') {
    return `${verb} ${privilegeList(item)} ON ${objectOf(target)} ${preposition} ${grantee};`;
  }
  const creator = target.creator === null ? 'CURRENT_USER' : quoteIdentifier(target.creator);
  const schema = target.schema === null ? '' : ` IN SCHEMA ${quoteIdentifier(target.schema)}`;
  return (
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${creator}${schema} ` +
    `${verb} ${privilegeList(item)} ON ${target.objects} ${preposition} ${grantee};`
  );
}

/** The statement that takes an item back, whose own undo is to grant it again. */
export const revokeStatement = ({ executor, closes, ...item }: GrantItem): Statement => ({
  sql: grantText(item, true),
  runAs: executor.name,
  because: executor.because,
  alsoBy: [],
  closes,
  undo: grantText(item),
});

/** The server's own text of argument types; only a name that would break the line is written anew. */
const requote = (types: string): string =>
  types.replaceAll(/"((?:[^"]|"")*)"/g, (whole, inside: string) => {
    const ours = quoteIdentifier(inside.replaceAll('""', '"'));
    return ours.startsWith('U&') ? ours : whole;
  });
