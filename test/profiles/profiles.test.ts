import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findGaps } from '../../src/grants/gaps.ts';
import { applyScope } from '../../src/grants/scope.ts';
import { createStatements } from '../../src/grants/statements.ts';
import { parseNeeds } from '../../src/grants/needs.ts';
import { findProfile, PROFILES } from '../../src/profiles/index.ts';
import { readInventory } from '../support/inventory.ts';
import { hasPostgres, type Major } from '../support/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

const CONNECT = 'grant connect on database postgres to u';
const USAGE = 'grant usage on schema app to u';
const READ = ['grant select on app.users to u', 'grant select on app.orders to u', 'grant select on app.names to u'];
const FUTURE = [
  'alter default privileges for role etl in schema app grant select on tables to u',
  'alter default privileges for role loader grant select on tables to u',
];
const USERS = ['grant insert on app.users to u', 'grant update on app.users to u'];
const ORDERS = ['grant insert on app.orders to u', 'grant update on app.orders to u'];
const CODE = ['grant usage on sequence app.users_id_seq to u', 'grant execute on function app.code() to u'];

/** The corrected set-up of each profile, one grant per line; several where there is more than one way. */
const SCRIPTS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  dbt: [
    [CONNECT, USAGE, ...READ, ...FUTURE, 'grant create on database postgres to u'],
    [CONNECT, USAGE, ...READ, ...FUTURE, 'grant usage on schema target to u', 'grant create on schema target to u'],
  ],
  dagster: [
    [
      CONNECT,
      USAGE,
      ...READ,
      ...FUTURE,
      'grant select on sequence app.users_id_seq to u',
      'grant select on sequence app.orders_id_seq to u',
    ],
  ],
  prequel: [
    [CONNECT, 'grant temporary on database postgres to u', 'grant create on database postgres to u'],
    [
      CONNECT,
      'grant temporary on database postgres to u',
      'grant usage on schema target to u',
      'grant create on schema target to u',
    ],
  ],
  'neosync-source': [[CONNECT, USAGE, ...READ]],
  'neosync-destination': [[CONNECT, USAGE, ...READ, ...USERS, ...ORDERS, ...CODE]],
  'airbyte-source': [[CONNECT, USAGE, ...READ, ...FUTURE]],
  'airbyte-destination': [
    [CONNECT, 'grant create on database postgres to u', 'grant temporary on database postgres to u'],
  ],
  fivetran: [[CONNECT, USAGE, ...READ, ...FUTURE, 'alter role u replication']],
  hightouch: [[CONNECT, USAGE, ...READ, ...FUTURE]],
  debezium: [[CONNECT, USAGE, ...READ, 'alter role u replication']],
  'read-only': [[CONNECT, USAGE, ...READ, ...FUTURE]],
  application: [
    [
      ...[CONNECT, USAGE, ...READ, ...USERS, ...ORDERS, ...CODE],
      ...['grant delete on app.users to u', 'grant delete on app.orders to u'],
      ...['etl in schema app', 'loader'].map(
        (creator) => `alter default privileges for role ${creator} grant select, insert, update, delete on tables to u`,
      ),
      ...['etl in schema app', 'loader'].map(
        (creator) => `alter default privileges for role ${creator} grant usage on sequences to u`,
      ),
    ],
  ],
};

const SETUP = `
  create role u login; create role etl; create role loader;
  revoke all on database postgres from public; revoke all on schema public from public;
  create schema app authorization etl; create schema target; grant create on schema app to loader;
  set role etl;
  create function app.code() returns int language sql as 'select 1';
  revoke execute on function app.code() from public;
  create table app.users (id serial primary key, code int default app.code());
  create table app.orders (id int generated always as identity, total int);
  create view app.names as select count(*) from app.users;
  reset role`;

test('every profile has a script here, and every script a profile', () => {
  expect(Object.keys(SCRIPTS).toSorted()).toEqual(PROFILES.map(({ name }) => name).toSorted());
});

const majors = ([13, 15, 16, 18] as const satisfies readonly Major[]).filter(hasPostgres);

describe.each(majors)('PostgreSQL %i', (major) => {
  let server: PostgresServer;
  let admin: pg.Client;
  beforeAll(async () => {
    server = await startPostgres({ major, config: ['wal_level = logical'] });
    const { socketDir: host, port } = server;
    admin = new pg.Client({ host, port, user: 'postgres', database: 'postgres', password: '' });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await server.stop();
  });

  const gapsAfter = async (name: string, script: readonly string[], schema: string): Promise<string[]> => {
    const profile = findProfile(name);
    if (profile === undefined) throw new Error(`no profile ${name}`);
    await admin.query('begin');
    await admin.query(SETUP);
    for (const statement of script) await admin.query(statement);
    const inventory = await readInventory(admin, 'u', true);
    await admin.query('rollback');
    const scope = applyScope(inventory, { schemas: [schema] });
    return findGaps(inventory, createStatements(inventory), scope, parseNeeds(profile.needs)).gaps.map(
      ({ code, privilege, object }) => `${code} ${privilege ?? ''} ${object.kind} ${object.name}`,
    );
  };

  for (const [name, scripts] of Object.entries(SCRIPTS)) {
    for (const script of scripts) {
      // A schema that is not used is not asked about: the target is in scope only where the script speaks of it.
      const schema = script.some((line) => line.includes('target'))
        ? name === 'prequel'
          ? 'target'
          : 'app|target'
        : 'app';
      test(`${name}: its script is enough, and no line of it can go (${script.at(-1)})`, async () => {
        expect(await gapsAfter(name, script, schema)).toEqual([]);
        for (const left of script) {
          const rest = script.filter((line) => line !== left);
          expect(await gapsAfter(name, rest, schema), `without: ${left}`).not.toEqual([]);
        }
      });
    }
  }
});
