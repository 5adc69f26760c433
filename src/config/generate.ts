import { stringify } from 'yaml';
import type { ConnectionConfig } from './config-schema.ts';
import type { GrantsSection, RelationGrants } from '../report/grants.ts';
import type { ReportedTarget } from '../report/report.ts';

/** The words of `--need` for what is held: a group of actions where all of it is, else each by itself. */
const WORDS: readonly (readonly [word: string, actions: readonly (keyof RelationGrants['privileges'])[]])[] = [
  ['read', ['select']],
  ['write', ['insert', 'update', 'delete']],
  ['insert', ['insert']],
  ['update', ['update']],
  ['delete', ['delete']],
  ['truncate', ['truncate']],
];

const PARTS_OF_WRITE: readonly string[] = ['insert', 'update', 'delete'];

/** What generating wants to know beside what is held. */
export interface Origin {
  /** How the file says already where the database is; references stay references. */
  readonly written?: ConnectionConfig;
  /** Else what was given beside the report's target: keywords of libpq. */
  readonly beside?: Readonly<Record<string, string>>;
  /** Whether all relations are at hand, so that a need may speak of a whole schema. */
  readonly wholeSchemas: boolean;
}

/** A connection of pgmedic.yaml that expects exactly what the role holds now: reading, writing and truncating. */
export function generateConfig(
  name: string,
  target: ReportedTarget | null,
  grants: GrantsSection,
  { written, beside, wholeSchemas }: Origin,
): string {
  const { connect, create, temporary } = grants.databasePrivileges;
  const onDatabase = [
    ...(connect ? ['connect'] : []),
    ...(create ? ['create-schema'] : []),
    ...(temporary ? ['temporary'] : []),
  ];
  const needs = [
    ...onDatabase,
    ...grants.schemas.flatMap((schema) => schemaNeeds(schema, grants.relations, wholeSchemas)),
  ];
  const connection = {
    ...(written === undefined ? place(target, beside) : withoutExpectations(written)),
    expect: { role: grants.role, needs },
  };
  return stringify({ connections: { [name]: connection } }, { lineWidth: 0 });
}

const withoutExpectations = (connection: ConnectionConfig): object =>
  Object.fromEntries(Object.entries(connection).filter(([key]) => key !== 'expect' && key !== 'accept'));

function place(target: ReportedTarget | null, beside: Readonly<Record<string, string>> = {}): object {
  if (target === null) return {};
  const { host, port, database, user, sslmode, route } = target;
  return {
    host: escaped(host.value ?? ''),
    port: port.value,
    database: escaped(database.value ?? ''),
    user: escaped(user.value ?? ''),
    ...(sslmode.from === 'default' ? {} : { sslmode: sslmode.value }),
    ...Object.fromEntries(Object.entries(beside).map(([keyword, value]) => [keyword, escaped(value)])),
    ...(route.length === 0
      ? {}
      : { ssh: route.map((hop) => `${hop.user === null ? '' : `${hop.user}@`}${hop.host}:${hop.port}`) }),
  };
}

/** In the file a dollar begins a reference. */
const escaped = (text: string): string => text.replaceAll('$', '$$$$');

function schemaNeeds(
  schema: GrantsSection['schemas'][number],
  all: readonly RelationGrants[],
  wholeSchemas: boolean,
): object[] {
  if (!schema.usage) return [];
  const relations = all.filter((each) => each.schema === schema.name);
  const pattern = exactly(schema.name);
  const groups = new Map<string, { words: readonly string[]; tables: string[] }>();
  const common =
    relations.length === 0 || !wholeSchemas
      ? []
      : WORDS.map(([word]) => word).filter((word) => relations.every(holds(word)));
  for (const relation of relations) {
    const words = trimmed(
      WORDS.map(([word]) => word).filter((word) => !common.includes(word) && holds(word)(relation)),
    );
    if (words.length === 0) continue;
    const group = groups.get(words.join()) ?? { words, tables: [] };
    group.tables.push(`${pattern}\\.${exactly(relation.name)}`);
    groups.set(words.join(), group);
  }
  const onSchema = ['usage', ...(schema.create ? ['create-table'] : [])];
  return [
    { need: [...onSchema, ...trimmed(common)], schema: pattern },
    ...[...groups.values()].map(({ words, tables }) => ({ need: words, table: tables })),
  ];
}

const holds =
  (word: string) =>
  ({ privileges }: RelationGrants): boolean =>
    (WORDS.find(([known]) => known === word)?.[1] ?? []).every((action) => privileges[action] === 'yes');

/** `write` says insert, update and delete already. */
const trimmed = (words: readonly string[]): readonly string[] =>
  words.includes('write') ? words.filter((word) => !PARTS_OF_WRITE.includes(word)) : words;

/** A regular expression that matches this name and no other. */
const exactly = (name: string): string => name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
