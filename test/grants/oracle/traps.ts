/** One trap: statements that set it, and the relations it is about, all in schemas of its own. */
export interface Trap {
  readonly id: string;
  readonly sql: string;
  /** The first server version that has it. */
  readonly from?: number;
  /** Values for columns that need more than a literal, by `table.column`. */
  readonly values?: Readonly<Record<string, string>>;
}

/** Names in a trap: schema `x` (usable by all) and `z` (by nobody), role `u` (judged), and `own`, `v`, `g`. */
const trap = (id: string, sql: string, more: Omit<Trap, 'id' | 'sql'> = {}): Trap => ({ id, sql, ...more });

const T = 'create table x.t (id int, a int, b int); insert into x.t values (1, 1, 1);';
const F =
  'create function x.f(int) returns int language plpgsql immutable as $$ begin return 1; end $$; revoke execute on function x.f(int) from public;';

export const PRIVILEGE_TRAPS: readonly Trap[] = [
  trap('everything on the table, no USAGE on its schema', 'create table z.t (a int); grant all on z.t to u'),
  trap('an owner without USAGE on the schema', 'create table z.t (a int); alter table z.t owner to u'),
  trap(
    'a view over a schema that its owner cannot use',
    'create table z.t (a int); grant select on z.t to own; create view x.v as select * from z.t; alter view x.v owner to own; grant select on x.v to u',
  ),
  trap('SELECT on every column one by one', `${T} grant select (id), select (a), select (b) on x.t to u`),
  trap('SELECT on one column', `${T} grant select (a) on x.t to u`),
  trap('every column granted, then one added', `${T} grant select (id, a, b) on x.t to u; alter table x.t add c int`),
  trap('every column granted, then one dropped', `${T} grant select (id, a) on x.t to u; alter table x.t drop b`),
  trap(
    'a column REVOKE does not take from a table GRANT',
    `${T} grant select on x.t to u; revoke select (b) on x.t from u`,
  ),
  trap('a table without columns', 'create table x.t ()'),
  trap('column privileges to PUBLIC', `${T} grant select (id, a, b), update (a) on x.t to public`),
  trap(
    'columns from two roles add up',
    `${T} grant g to u; grant select (id) on x.t to u; grant select (a, b) on x.t to g`,
  ),
  trap('UPDATE of every column by itself', `${T} grant update (id, a, b) on x.t to u`),
  trap('UPDATE without SELECT', `${T} grant update on x.t to u`),
  trap('UPDATE and SELECT of one column', `${T} grant update, select (a) on x.t to u`),
  trap('DELETE without SELECT', `${T} grant delete on x.t to u`),
  trap('DELETE and SELECT of one column', `${T} grant delete, select (id) on x.t to u`),
  trap('INSERT on one column', `${T} grant insert (a) on x.t to u`),
  trap(
    'INSERT on the columns without a default',
    'create table x.t (id int default 1, a int); grant insert (a) on x.t to u',
  ),
  trap(
    'INSERT where every column has a default',
    'create table x.t (id int default 1, a int default 2); grant insert (a) on x.t to u',
  ),
  trap('DELETE is not TRUNCATE', `${T} grant delete on x.t to u`),
  trap('an owner who revoked its own rights', `${T} alter table x.t owner to u; revoke all on x.t from u`),
  trap('a schema owner is no table owner', `${T} alter schema x owner to u`),
  trap('granted to PUBLIC only', `${T} grant select, insert on x.t to public`),
  trap('granted to a group that is inherited', `${T} grant g to u; grant select, truncate on x.t to g`),
  trap('a chain of two groups', `${T} grant g to v; grant v to u; grant select on x.t to g`),
  trap(
    'a chain that a group stops',
    `${T} alter role v noinherit; grant g to v; grant v to u; grant select on x.t to g`,
  ),
  trap('a member without INHERIT', `${T} alter role u noinherit; grant g to u; grant select on x.t to g`),
  trap('INHERIT taken away after the grant', `${T} grant g to u; alter role u noinherit; grant select on x.t to g`),
  trap('membership WITH INHERIT FALSE', `${T} grant g to u with inherit false; grant select on x.t to g`, { from: 16 }),
  trap('membership WITH SET FALSE', `${T} grant g to u with inherit true, set false; grant select on x.t to g`, {
    from: 16,
  }),
  trap('member of the owner', `${T} alter table x.t owner to own; grant own to u`),
  trap('pg_read_all_data', `create table z.t (a int); create sequence z.s; grant pg_read_all_data to u`, { from: 14 }),
  trap(
    'pg_write_all_data',
    'create table z.t (id serial, a int); insert into z.t (a) values (1); grant pg_write_all_data to u',
    { from: 14 },
  ),
  trap('pg_maintain is no SELECT', `${T} grant pg_maintain to u`, { from: 17 }),
  trap('a superuser', 'create table z.t (id serial, a int); alter role u superuser'),
  trap('member of a superuser', `${T} grant postgres to u`),
];

export const SEQUENCE_TRAPS: readonly Trap[] = [
  ...['', 'grant usage on x.t_id_seq to u', 'grant update on x.t_id_seq to u', 'grant select on x.t_id_seq to u'].map(
    (grant) =>
      trap(
        `serial, on its sequence: ${grant === '' ? 'nothing' : grant}`,
        `create table x.t (id serial, a int); grant insert on x.t to u; ${grant === '' ? '' : grant.replace(' on ', ' on sequence ')}`,
      ),
  ),
  trap(
    'identity needs nothing on its sequence',
    'create table x.t (id int generated always as identity, a int); create table x.w (id int generated by default as identity, a int); grant insert, update on x.t, x.w to u',
  ),
  trap(
    'a sequence in a schema without USAGE',
    `create sequence z.s; grant usage on sequence z.s to u; create table x.t (id int default nextval('z.s'), a int); grant insert on x.t to u`,
  ),
  trap(
    'a sequence looked up by text',
    `create sequence z.s; grant usage on sequence z.s to u; create table x.t (id int default nextval('z.s'::text), a int); grant insert on x.t to u`,
  ),
  trap(
    'currval and setval in a default',
    `create sequence x.s; grant select on sequence x.s to u; create table x.t (id int default setval('x.s', 3), a int); create table x.w (id int default currval('x.s'), a int); grant insert on x.t, x.w to u`,
  ),
  trap(
    'one sequence for two tables',
    `create sequence x.s; create table x.t (id int default nextval('x.s')); create table x.w (id int default nextval('x.s') * 2); grant insert on x.t, x.w to u`,
  ),
];

export const FUNCTION_TRAPS: readonly Trap[] = [
  trap(
    'function in a default',
    `${F} create table x.t (id int default x.f(1), a int); insert into x.t (a) values (1); grant all on x.t to u`,
  ),
  trap(
    'function in a stored generated column',
    `${F} create table x.t (a int, g int generated always as (x.f(a)) stored); insert into x.t (a) values (1); grant all on x.t to u`,
  ),
  trap(
    'function in a check',
    `${F} create table x.t (a int check (x.f(a) > 0)); insert into x.t (a) values (1); grant all on x.t to u`,
  ),
  trap(
    'function in an index expression',
    `${F} create table x.t (a int); insert into x.t (a) values (1); create index on x.t (x.f(a)); grant all on x.t to u`,
  ),
  trap(
    'function in an index predicate',
    `${F} create table x.t (a int); insert into x.t (a) values (1); create index on x.t (a) where x.f(a) > 0; grant all on x.t to u`,
  ),
  trap(
    'function in an exclusion constraint',
    `${F} create table x.t (a int, exclude using btree (x.f(a) with =)); insert into x.t (a) values (1); grant all on x.t to u`,
  ),
  trap(
    'function in a domain',
    `${F} create domain x.d as int check (x.f(value) > 0); create table x.t (a x.d); insert into x.t (a) values (1); grant all on x.t to u`,
  ),
  trap(
    'function in the domain of an omitted column',
    `${F} create domain x.d as int check (x.f(value) > 0); create table x.t (a x.d default 1, b int); insert into x.t (b) values (1); grant all on x.t to u`,
  ),
  trap(
    'function in a domain inside an array',
    `${F} create domain x.d as int check (x.f(value) > 0); create table x.t (a x.d[]); insert into x.t (a) values ('{1}'); grant all on x.t to u`,
  ),
  trap(
    'function in a domain inside a composite type',
    `${F} create domain x.d as int check (x.f(value) > 0); create type x.c as (m x.d, n int); create table x.t (a x.c); insert into x.t (a) values (row(1, 1)); grant all on x.t to u`,
    { values: { 't.a': `'(2,2)'` } },
  ),
  trap(
    'function in a partition key',
    `${F} create table x.t (a int) partition by range (x.f(a)); create table x.t1 partition of x.t for values from (0) to (9); insert into x.t (a) values (1); grant all on x.t, x.t1 to u`,
  ),
  trap(
    'function behind the default partition',
    `${F} create table x.t (a int) partition by range (x.f(a)); create table x.t1 partition of x.t default; insert into x.t (a) values (1); grant all on x.t, x.t1 to u`,
  ),
  trap(
    'trigger function without EXECUTE',
    `create function x.tf() returns trigger language plpgsql as $$ begin return new; end $$; revoke execute on function x.tf() from public; ${T} create trigger g before insert on x.t for each row execute function x.tf(); grant all on x.t to u`,
  ),
  trap(
    'function in the WHEN of a trigger',
    `${F} create function x.tf() returns trigger language plpgsql as $$ begin return new; end $$; ${T} create trigger g before insert or update on x.t for each row when (x.f(1) > 0) execute function x.tf(); grant all on x.t to u`,
  ),
  trap(
    'function behind an operator',
    `create function x.lt(int, text) returns bool language plpgsql immutable as $$ begin return true; end $$; revoke execute on function x.lt from public; create operator x.<<< (leftarg = int, rightarg = text, function = x.lt); create table x.t (a int check (a operator(x.<<<) 'q'::text)); insert into x.t (a) values (1); grant all on x.t to u`,
  ),
  trap(
    'function behind a cast',
    `create type x.c as (n int); create function x.cf(x.c) returns int language plpgsql immutable as $$ begin return 1; end $$; create cast (x.c as int) with function x.cf(x.c); revoke execute on function x.cf from public; create table x.t (a x.c check (a::int > 0)); insert into x.t (a) values (row(1)); grant all on x.t to u`,
    { values: { 't.a': `'(2)'` } },
  ),
  trap(
    'default function in a schema without USAGE',
    `create function z.h() returns int language plpgsql as $$ begin return 1; end $$; create table x.t (id int default z.h(), a int); grant all on x.t to u`,
  ),
  trap(
    'a body that calls what the role may not',
    `${F} create function x.h() returns int language sql as $$ select x.f(1) $$; create table x.t (id int default x.h(), a int); grant all on x.t to u`,
  ),
  trap(
    'the same, SECURITY DEFINER',
    `${F} create function x.h() returns int language sql security definer as $$ select x.f(1) $$; create table x.t (id int default x.h(), a int); grant all on x.t to u`,
  ),
  trap(
    'EXECUTE through a group',
    `${F} grant execute on function x.f(int) to g; grant g to u; create table x.t (id int default x.f(1), a int); grant all on x.t to u`,
  ),
];
