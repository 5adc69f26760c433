import { ACTION_PRIVILEGES } from '../grants/action-privileges.ts';
import type { Need } from '../grants/needs.ts';
import type { PrivilegeName } from '../grants/privilege-bits.ts';
import { quoteIdentifier, quoteLiteral } from '../report/sql-quoting.ts';
import type { Executor } from './executors.ts';
import { type GrantItem, type GrantTarget, grantText } from './grant-item.ts';

/** A set-up script without a connection: names instead of a catalogue. */
export interface OfflineRequest {
  readonly needs: readonly Need[];
  readonly role: string;
  readonly database: string;
  /** Schemas that hold what the needs speak of. */
  readonly schemas: readonly string[];
  /** Schemas in which the role makes tables of its own; made where they do not exist. */
  readonly targetSchemas: readonly string[];
  readonly createRole: boolean;
  /** Make the schemas where they do not exist. */
  readonly createSchema: boolean;
  /** The roles that will make tables; empty: whoever runs the script. */
  readonly creators: readonly string[];
}

/** One step of the script: why, the statement (null: only something to know), and what takes it back. */
export interface OfflineStep {
  readonly why: string;
  readonly sql: string | null;
  readonly undo: string | null;
}

const OFFLINE: Executor = { name: '', because: 'superuser', alsoBy: [] };

/** The whole set-up for these needs, in the order in which it can be run. */
export function planOffline(request: OfflineRequest): readonly OfflineStep[] {
  const { needs, schemas, role } = request;
  const wanted = wantedOf(needs, request.creators.length > 0);
  const step = (why: string, target: GrantTarget, privileges: Iterable<PrivilegeName>): OfflineStep[] => {
    const list = [...privileges].map((name) => [name, 'whole'] as const);
    if (list.length === 0) return [];
    const item: GrantItem = { target, grantee: role, privileges: new Map(list), executor: OFFLINE, closes: [] };
    return [{ why, sql: grantText(item), undo: grantText(item, true) }];
  };
  const inSchema = (schema: string): OfflineStep[] => [
    ...(request.createSchema ? [createSchema(schema)] : []),
    ...step(`use schema ${schema}`, { kind: 'schema', name: schema }, wanted.schema),
    ...step(
      `tables, views and materialized views of today in ${schema}`,
      { kind: 'all-relations', schema },
      wanted.tables,
    ),
    ...step(`sequences of today in ${schema}`, { kind: 'all-sequences', schema }, wanted.sequences),
  ];
  const tomorrow = (schema: string): OfflineStep[] => {
    const creators = request.creators.length === 0 ? [null] : request.creators;
    return creators.flatMap((creator) => {
      const who = creator ?? 'the role that runs this script (name others with --creator)';
      const future = { kind: 'default', creator, schema } as const;
      return [
        ...step(
          `tables that ${who} makes in ${schema} from now on`,
          { ...future, objects: 'TABLES' },
          wanted.future.tables,
        ),
        ...step(`sequences that ${who} makes there`, { ...future, objects: 'SEQUENCES' }, wanted.future.sequences),
      ];
    });
  };
  return [
    guard(request.database),
    ...roleSteps(request),
    ...step(`database ${request.database}`, { kind: 'database', name: request.database }, wanted.database),
    ...schemas.flatMap(inSchema),
    ...request.targetSchemas.flatMap((schema) => [
      createSchema(schema),
      ...step(`tables of its own in schema ${schema}`, { kind: 'schema', name: schema }, ['USAGE', 'CREATE']),
    ]),
    ...schemas.flatMap(tomorrow),
    ...remarks(request),
  ];
}

interface Wanted {
  readonly database: ReadonlySet<PrivilegeName>;
  readonly schema: ReadonlySet<PrivilegeName>;
  readonly tables: ReadonlySet<PrivilegeName>;
  readonly sequences: ReadonlySet<PrivilegeName>;
  readonly future: { readonly tables: ReadonlySet<PrivilegeName>; readonly sequences: ReadonlySet<PrivilegeName> };
}

/**
 * The needs as privileges by kind of object. CONNECT is always among them: without it nothing else counts.
 * @param creatorsNamed who names those that will make tables wants these tables, too
 */
function wantedOf(needs: readonly Need[], creatorsNamed: boolean): Wanted {
  const database = new Set<PrivilegeName>(['CONNECT']);
  const schema = new Set<PrivilegeName>();
  const tables = new Set<PrivilegeName>();
  const sequences = new Set<PrivilegeName>();
  let future = false;
  for (const need of needs) {
    if (need.on === 'database') database.add(need.privilege);
    if (need.on === 'schema') schema.add(need.privilege);
    if (need.on === 'sequence') sequences.add(need.privilege);
    if (need.on === 'future') future = true;
    if (need.on !== 'relation') continue;
    for (const name of ACTION_PRIVILEGES[need.action]) tables.add(name);
    // The default of a serial column calls nextval.
    if (need.action === 'insert') sequences.add('USAGE');
  }
  const objects = tables.size + sequences.size;
  if (creatorsNamed && objects > 0) future = true;
  if (objects > 0 || future || needs.some(({ on }) => on === 'function')) schema.add('USAGE');
  const none = new Set<PrivilegeName>();
  const tomorrow = { tables: objects === 0 ? new Set<PrivilegeName>(['SELECT']) : tables, sequences };
  return { database, schema, tables, sequences, future: future ? tomorrow : { tables: none, sequences: none } };
}

/** Stops a script that was sent to the wrong database before it has changed anything there. */
function guard(database: string): OfflineStep {
  const name = quoteLiteral(database);
  const body =
    `BEGIN IF current_database() <> ${name} THEN ` +
    `RAISE EXCEPTION 'this script is for database %, not for %', ${name}, current_database(); END IF; END`;
  return { why: `only in database ${database}`, sql: `DO ${quoteLiteral(body)};`, undo: null };
}

function roleSteps({ createRole, role, needs }: OfflineRequest): OfflineStep[] {
  const name = quoteIdentifier(role);
  const replication = needs.some(({ on }) => on === 'role');
  if (!createRole) {
    if (!replication) return [];
    const why = `stream changes (on Amazon RDS instead: GRANT rds_replication TO ${name};)`;
    return [{ why, sql: `ALTER ROLE ${name} REPLICATION;`, undo: `ALTER ROLE ${name} NOREPLICATION;` }];
  }
  return [
    {
      why: `the role; give it a password that stands in no file, in psql: \\password ${name}`,
      sql: `CREATE ROLE ${name} LOGIN${replication ? ' REPLICATION' : ''};`,
      undo: `DROP ROLE ${name};`,
    },
  ];
}

const createSchema = (schema: string): OfflineStep => ({
  why: `schema ${schema}, where it does not exist yet`,
  sql: `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)};`,
  undo: null,
});

/** What no statement of a script can give, said for the needs that ask for it. */
function remarks({ needs, role, schemas }: OfflineRequest): OfflineStep[] {
  const asks = (test: (need: Need) => boolean, why: string): OfflineStep[] =>
    needs.some(test) ? [{ why, sql: null, undo: null }] : [];
  const on = (action: string) => (need: Need) => need.on === 'relation' && need.action === action;
  return [
    ...asks(
      on('truncateCascade'),
      `TRUNCATE ... CASCADE also needs TRUNCATE on every table that references these by a foreign key, in whatever schema: pgmedic sql --need truncate-cascade finds them`,
    ),
    ...asks(
      on('restart-identity'),
      `RESTART IDENTITY needs ownership of the sequences, which no GRANT gives: ALTER TABLE ... OWNER TO ${quoteIdentifier(role)};`,
    ),
    ...asks(on('maintain'), 'MAINTAIN exists from PostgreSQL 17 on'),
    ...asks(
      (need) => need.on === 'function' || on('insert')(need),
      `functions in defaults, checks and generated columns: PUBLIC may execute them unless somebody revoked that; then GRANT EXECUTE ON FUNCTION schema.name(argument types) TO ${quoteIdentifier(role)};`,
    ),
    ...(schemas.includes('public') && !needs.some((need) => need.on === 'schema' && need.privilege === 'CREATE')
      ? [
          {
            why: 'before PostgreSQL 15 everybody may create tables in schema public; to end that: REVOKE CREATE ON SCHEMA public FROM PUBLIC;',
            sql: null,
            undo: null,
          },
        ]
      : []),
  ];
}
