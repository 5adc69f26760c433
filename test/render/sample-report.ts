import { buildReport } from '../../src/report/build.ts';
import type { Action, Answer, GrantsSection, RelationGrants } from '../../src/report/grants.ts';
import type { Report } from '../../src/report/report.ts';

/** Names that break a renderer which forgets its format's escaping. */
export const HOSTILE = {
  /** A terminal escape, a bell, a right-to-left override, a line break. */
  terminal: 'a\u001b[2Jb\u0007c\u202Ed\ne',
  /** Ends a table row, opens a link, a heading, an HTML comment and a mention. */
  markdown: 'p|q\\|r `s` [t](http://evil.example) <!-- u --> @team #1 *v*\n# w',
  /** A workflow command in a message, and what the format itself escapes. */
  github: 'x\n::error::forged%0A::stop-commands::y,title=z:w\r\n##[group]',
  /** Markup, an entity, an end of CDATA, characters that XML 1.0 cannot hold at all. */
  xml: `<b>&amp;"'</b>]]>\u0000\u0001\u000B\uFFFE\uD800</testsuite>`,
  /** A script, an attribute that breaks out, a closing script tag inside JSON. */
  html: `"><img src=x onerror=alert(1)><script>alert(2)</script></script><!--<script>{{7*7}}`,
  /** Two columns per character, and several code points that show as one. */
  wide: '表テーブル👩‍👩‍👧é',
  long: 'a_name_of_exactly_sixty_three_bytes_which_is_all_postgres_allows',
} as const;

const relation = (schema: string, name: string, answers: Partial<Record<Action, Answer>> = {}): RelationGrants => {
  const privileges: Record<Action, Answer> = {
    ...{ select: 'yes', insert: 'no', update: 'no', delete: 'no', truncate: 'no', truncateCascade: 'no' },
    ...{ updateWhere: 'no', deleteWhere: 'no', references: 'no', trigger: 'no', maintain: 'n/a' },
    ...answers,
  };
  const writes = [privileges.insert, privileges.update, privileges.delete];
  return {
    schema,
    name,
    kind: 'table',
    owner: 'owner_role',
    read: privileges.select === 'yes' ? 'yes' : privileges.select === 'columns' ? 'partial' : 'no',
    write: writes.every((each) => each === 'yes') ? 'yes' : writes.includes('yes') ? 'partial' : 'no',
    truncate: privileges.truncate === 'yes' ? 'yes' : 'no',
    privileges,
    via: privileges.select === 'yes' ? { select: 'direct' } : {},
    reasons: [],
    missing: privileges.select === 'yes' ? [] : ['select'],
  };
};

const GRANTS: GrantsSection = {
  role: 'app',
  database: 'analytics',
  superuser: false,
  databasePrivileges: { connect: true, create: false, temporary: true },
  needs: ['read'],
  schemas: [
    { name: 'public', owner: 'pg_database_owner', usage: true, create: false },
    { name: HOSTILE.html, owner: 'owner_role', usage: false, create: false },
    { name: 'empty', owner: 'owner_role', usage: true, create: true },
  ],
  relations: [
    relation('public', 'users', { insert: 'yes', update: 'yes', delete: 'yes', truncate: 'yes' }),
    relation('public', 'orders', { select: 'columns', insert: 'yes' }),
    { ...relation('public', HOSTILE.markdown, { select: 'no' }), kind: 'partitioned-table' },
    { ...relation('public', HOSTILE.wide), kind: 'materialized-view', write: 'n/a', truncate: 'n/a' },
    relation('public', HOSTILE.long),
    { ...relation(HOSTILE.html, HOSTILE.terminal, { select: 'no' }), kind: 'view', truncate: 'n/a' },
    relation(HOSTILE.html, HOSTILE.xml, { select: 'no' }),
    relation(HOSTILE.html, HOSTILE.github, { select: 'no' }),
  ],
  sequences: [
    {
      ...{ schema: 'public', name: 'users_id_seq', owner: 'owner_role' },
      ...{ usage: true, select: false, update: false, ownedBy: 'public.users.id' },
    },
  ],
  functions: [],
  defaultPrivileges: [
    { creator: 'owner_role', schema: null, objects: 'tables', grantee: 'app', privileges: ['SELECT'] },
  ],
};

const CATALOGUE = {
  'no-privilege': {
    severity: 'error',
    title: 'privilege not granted',
    message: 'role {role} does not have {privilege} on {object}',
    fix: 'Let {owner} run: GRANT {privilege} ON {sqlObject} TO {role};',
  },
  'schema-usage-missing': {
    severity: 'error',
    title: 'schema USAGE missing',
    message: 'role {role} does not have USAGE on schema {schema}, so no grant inside it has any effect',
    fix: 'Let {owner} run: GRANT USAGE ON SCHEMA {sqlObject} TO {role};',
  },
  'tls-unproven': {
    severity: 'warning',
    title: 'the server was not proven',
    message: 'sslmode prefer proves nothing about {host}',
    fix: 'Add to the connection string: sslmode=verify-full',
  },
  'server-eol': { severity: 'info', title: 'end of life', message: 'PostgreSQL {major} ends in {month}', fix: '' },
} as const;

const quoted = (...parts: readonly string[]): string =>
  parts.map((part) => `"${part.replaceAll('"', '""')}"`).join('.');

const missing = (schema: string, name: string) => ({
  code: 'no-privilege',
  stage: 'grants' as const,
  raw: '42501',
  args: {
    ...{ role: 'app', privilege: 'SELECT', object: `${schema}.${name}`, owner: 'owner_role', schema, name },
    sqlObject: quoted(schema, name),
    kind: 'relation',
    needs: 'read',
  },
});

/** One report by hand with every status, severity and hostile name: what the renderers are tested with. */
export const SAMPLE: Report = buildReport({
  command: 'grants',
  version: '1.2.3',
  startedAt: new Date('2026-01-31T12:00:00Z'),
  durationMs: 123.4,
  target: {
    host: { value: 'db.example.com', from: 'flag' },
    port: { value: 5432, from: 'default' },
    database: { value: 'analytics', from: 'env:PGDATABASE' },
    user: { value: 'app', from: 'uri' },
    sslmode: { value: 'prefer', from: 'default' },
    route: [{ host: 'bastion.example.com', port: 22, user: 'ops' }],
  },
  drafts: [
    { id: 'config', stage: 'config', title: 'the target is well-formed', durationMs: 0.4, summary: 'user app (uri)' },
    { id: 'dns', stage: 'dns', title: 'the name resolves', durationMs: 3.21, summary: 'db.example.com is 192.0.2.7' },
    { id: 'tcp', stage: 'tcp', title: 'the port answers', durationMs: 12, summary: '192.0.2.7:5432' },
    { id: 'ssh', stage: 'ssh', title: 'the bastion forwards', because: 'no bastion' },
    {
      ...{ id: 'tls', stage: 'tls', title: 'the connection is encrypted', durationMs: 33.3, summary: 'TLSv1.3' },
      findings: [{ code: 'tls-unproven', stage: 'tls', args: { host: 'db.example.com' } }],
    },
    { id: 'login', stage: 'login', title: 'the role can log in', durationMs: 25, summary: 'scram-sha-256' },
    {
      ...{ id: 'server', stage: 'server', title: 'the server answers', durationMs: 8, summary: 'PostgreSQL 16.4' },
      findings: [{ code: 'server-eol', stage: 'server', args: { major: 16, month: 'November 2028' } }],
    },
    {
      ...{ id: 'grants', stage: 'grants', title: 'the role holds what is needed', durationMs: 41 },
      ...{ summary: '8 relations in 3 schemas', facts: { relations: 8 } },
      findings: [
        missing('public', 'orders'),
        missing('public', HOSTILE.markdown),
        {
          code: 'schema-usage-missing',
          stage: 'grants',
          args: {
            ...{ role: 'app', owner: 'owner_role', schema: HOSTILE.html, name: HOSTILE.html, kind: 'schema' },
            sqlObject: quoted(HOSTILE.html),
          },
        },
        missing(HOSTILE.html, HOSTILE.terminal),
        missing(HOSTILE.html, HOSTILE.xml),
        missing(HOSTILE.html, HOSTILE.github),
      ],
    },
  ],
  catalogue: CATALOGUE,
  connected: true,
  strict: false,
  reportOnly: false,
  allGood: 'app holds read',
  grants: GRANTS,
  statements: [
    {
      sql: `GRANT USAGE ON SCHEMA ${quoted(HOSTILE.html)} TO app;`,
      runAs: 'owner_role',
      closes: [`${HOSTILE.html} usage`],
    },
    { sql: 'GRANT SELECT ON public.orders TO app;', runAs: 'owner_role', closes: ['public.orders select'] },
  ],
});
