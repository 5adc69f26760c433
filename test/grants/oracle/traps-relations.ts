import type { Trap } from './traps.ts';

const trap = (id: string, sql: string, more: Omit<Trap, 'id' | 'sql'> = {}): Trap => ({ id, sql, ...more });
const T = 'create table x.t (id int primary key, a int); insert into x.t values (1, 1);';
const OWNED = `${T} alter table x.t owner to own;`;
const CHILD = 'create table x.c (id int references x.t); insert into x.c values (1);';
const RLS = `${T} alter table x.t enable row level security; grant select, insert, update, delete on x.t to u;`;
const PARTS = `create table x.t (id int, a int) partition by range (id); create table x.t1 partition of x.t for values from (0) to (3); insert into x.t values (1, 1);`;

export const TRUNCATE_TRAPS: readonly Trap[] = [
  trap('TRUNCATE, referenced, nothing on the child', `${T} ${CHILD} grant truncate on x.t to u`),
  trap('TRUNCATE on both', `${T} ${CHILD} grant truncate on x.t, x.c to u`),
  trap(
    'a chain of three',
    `${T} create table x.c (id int primary key references x.t); create table x.d (id int references x.c); grant truncate on x.t, x.c to u`,
  ),
  trap(
    'a circle of two',
    `${T} create table x.c (id int primary key references x.t); alter table x.t add foreign key (id) references x.c not valid; grant truncate on x.t, x.c to u`,
  ),
  trap(
    'a table that refers to itself',
    `create table x.t (id int primary key, p int references x.t); grant truncate on x.t to u`,
  ),
  trap(
    'a child in a schema without USAGE',
    `${T} create table z.c (id int references x.t); grant truncate on x.t, z.c to u`,
  ),
  trap('only the child', `${T} ${CHILD} grant truncate on x.c to u`),
  trap('a partitioned table, root only', `${PARTS} grant all on x.t to u`),
  trap(
    'an inheritance parent only',
    `${T} create table x.k () inherits (x.t); insert into x.k values (1, 1); grant all on x.t to u`,
  ),
  trap(
    'a partitioned child, its root only',
    `${T} create table x.c (id int references x.t) partition by range (id); create table x.c1 partition of x.c for values from (0) to (9); grant truncate on x.t, x.c to u`,
  ),
  trap(
    'a partitioned child, all of it',
    `${T} create table x.c (id int references x.t) partition by range (id); create table x.c1 partition of x.c for values from (0) to (9); grant truncate on x.t, x.c, x.c1 to u`,
  ),
  trap(
    'one partition of a referenced table',
    `create table x.t (id int primary key, a int) partition by range (id); create table x.t1 partition of x.t for values from (0) to (9); create table x.c (id int references x.t); grant truncate on x.t, x.t1 to u`,
  ),
  trap(
    'a trigger that writes elsewhere',
    `create table x.log (a int); create function x.tf() returns trigger language plpgsql as $$ begin insert into x.log values (1); return null; end $$; ${T} create trigger g before truncate on x.t for each statement execute function x.tf(); grant truncate on x.t to u`,
  ),
];

export const VIEW_TRAPS: readonly Trap[] = [
  trap(
    'only the view granted',
    `${OWNED} create view x.v as select * from x.t; alter view x.v owner to own; grant all on x.v to u`,
  ),
  trap(
    'the view owner lost SELECT',
    `${T} grant select on x.t to own; create view x.v as select * from x.t; alter view x.v owner to own; revoke select on x.t from own; grant all on x.v to u`,
  ),
  trap(
    'the view owner has one column',
    `${T} grant select (id) on x.t to own; create view x.v as select * from x.t; alter view x.v owner to own; grant select on x.v to u`,
  ),
  trap(
    'the view owner may write, not read',
    `${T} grant insert, update, delete on x.t to own; create view x.v as select * from x.t where a > 0; alter view x.v owner to own; grant all on x.v to u`,
  ),
  trap(
    'the view owner may write one column',
    `${T} grant select, insert (id), update (id) on x.t to own; create view x.v as select * from x.t; create view x.w as select id from x.t; alter view x.v owner to own; alter view x.w owner to own; grant all on x.v, x.w to u`,
  ),
  trap(
    'a view of a view, the inner owner lacks the table',
    `${T} create view x.v as select * from x.t; alter view x.v owner to own; create view x.w as select * from x.v; grant all on x.w to u`,
  ),
  trap(
    'a joined view',
    `${T} create view x.v as select t.id, s.a from x.t join x.t s using (id); grant all on x.v to u`,
  ),
  trap(
    'an aggregate, a union, a CTE, DISTINCT, LIMIT',
    `${T} create view x.v as select count(*) from x.t; create view x.w as select id from x.t union select a from x.t; create view x.p as with q as (select * from x.t) select * from q; create view x.q as select distinct id from x.t; create view x.r as select id from x.t limit 1; grant all on x.v, x.w, x.p, x.q, x.r to u`,
  ),
  trap('a non-updatable view, nothing granted', `${T} create view x.v as select count(*) from x.t`),
  trap(
    'INSTEAD OF triggers',
    `create function x.tf() returns trigger language plpgsql as $$ begin return new; end $$; ${T} create view x.v as select count(*) as n from x.t; create trigger g instead of insert or update on x.v for each row execute function x.tf(); grant all on x.v to u`,
  ),
  trap(
    'rules on a view',
    `${T} create view x.v as select * from x.t; create rule r as on insert to x.v do instead insert into x.t values (new.id, new.a); create rule s as on delete to x.v do instead nothing; grant insert on x.v to u`,
  ),
  trap(
    'a rule that its owner cannot run',
    `create table z.t (id int); create view x.v as select 1 as id; alter view x.v owner to own; create rule r as on insert to x.v do instead insert into z.t values (new.id); grant insert on x.v to u`,
  ),
  trap(
    'a subquery in a view',
    `${T} create table z.s (id int); create view x.v as select * from x.t where id in (select id from z.s); alter view x.v owner to own; grant select, update, delete on x.t to own; grant all on x.v to u`,
  ),
  trap(
    'check option',
    `${T} create view x.v as select * from x.t where a > 0 with check option; grant all on x.v to u`,
  ),
  trap(
    'a function in a view',
    `create function x.f(int) returns int language plpgsql as $$ begin return 1; end $$; revoke execute on function x.f(int) from public; ${T} create view x.v as select id, x.f(a) as a from x.t; create view x.w as select id from x.t where x.f(a) > 0; grant all on x.v, x.w to u`,
  ),
  trap(
    'a view over a restricted built-in function',
    `create view x.v as select * from pg_ls_waldir(); create view x.w as select * from pg_file_settings; grant select on x.v, x.w to u; grant select on pg_file_settings to u`,
  ),
  trap(
    'a sequence in a view',
    `create sequence x.s; create view x.v as select last_value from x.s; alter view x.v owner to own; grant select on x.v to u`,
  ),
  trap(
    'whole row in a view',
    `${T} grant select (id) on x.t to own; create view x.v as select t::text as r from x.t t; alter view x.v owner to own; grant select on x.v to u`,
  ),
  trap(
    'security_invoker, table not granted',
    `${T} create view x.v with (security_invoker) as select * from x.t; grant all on x.v to u`,
    { from: 15 },
  ),
  trap(
    'security_invoker=on, table granted',
    `${T} create view x.v with (security_invoker = on) as select * from x.t; grant all on x.v, x.t to u`,
    { from: 15 },
  ),
  trap(
    'plain over security_invoker',
    `${T} create view x.v with (security_invoker = true) as select * from x.t; create view x.w as select * from x.v; grant all on x.w to u`,
    { from: 15 },
  ),
  trap(
    'security_invoker over plain',
    `${T} create view x.v as select * from x.t; create view x.w with (security_invoker = 1) as select * from x.v; grant all on x.w, x.v to u`,
    { from: 15 },
  ),
  trap(
    'a materialized view',
    `${T} create materialized view x.m as select * from x.t; grant all on x.m to u; create materialized view x.n as select 1 as a with no data; grant select on x.n to u; create materialized view x.o as select 1 as a`,
  ),
];

export const ROW_TRAPS: readonly Trap[] = [
  trap('row security without a policy', RLS),
  trap('row security, the owner', `${RLS} alter table x.t owner to u`),
  trap(
    'row security forced on the owner',
    `${RLS} alter table x.t owner to u; alter table x.t force row level security`,
  ),
  trap('BYPASSRLS', `${RLS} alter role u bypassrls`),
  trap('a policy for SELECT', `${RLS} create policy p on x.t for select using (true)`),
  trap('a policy for INSERT', `${RLS} create policy p on x.t for insert with check (true)`),
  trap('a policy for UPDATE', `${RLS} create policy p on x.t for update using (true)`),
  trap('a policy that lets rows out and none in', `${RLS} create policy p on x.t using (true) with check (false)`),
  trap('a policy for everything', `${RLS} create policy p on x.t using (true)`),
  trap('a policy that decides', `${RLS} create policy p on x.t using (a = 1)`),
  trap('a policy TO another role', `${RLS} create policy p on x.t to v using (true)`),
  trap('a policy TO a group', `${RLS} grant g to u; create policy p on x.t to g using (true)`),
  trap(
    'a policy TO a group, NOINHERIT',
    `${RLS} alter role u noinherit; grant g to u; create policy p on x.t to g using (true)`,
  ),
  trap('only a restrictive policy', `${RLS} create policy p on x.t as restrictive using (true)`),
  trap(
    'permissive and a false restrictive one',
    `${RLS} create policy p on x.t using (true); create policy q on x.t as restrictive using (false)`,
  ),
  trap(
    'a policy calls a function without EXECUTE',
    `create function x.f(int) returns int language plpgsql as $$ begin return 1; end $$; revoke execute on function x.f(int) from public; ${RLS} create policy p on x.t using (x.f(a) = 1)`,
  ),
  trap(
    'a policy reads a table without SELECT',
    `create table z.acl (a int); ${RLS} create policy p on x.t using (exists (select from z.acl))`,
  ),
  trap(
    'row security of a partition does not count through the root',
    `${PARTS} alter table x.t1 enable row level security; grant select, insert, update, delete on x.t, x.t1 to u`,
  ),
  trap(
    "row security behind a view, the table's owner and another",
    `${RLS} alter table x.t owner to own; create view x.v as select * from x.t; alter view x.v owner to own; create view x.w as select * from x.t; grant all on x.t to v; alter view x.w owner to v; grant all on x.v, x.w to u`,
  ),
  trap(
    'pg_read_all_data does not pass row security',
    `${T} alter table x.t enable row level security; grant pg_read_all_data to u`,
    { from: 14 },
  ),
];

export const OTHER_TRAPS: readonly Trap[] = [
  trap('insert into a child, nothing on the parent', `${T} ${CHILD} grant insert on x.c to u`, {
    values: { 'c.id': '1' },
  }),
  trap(
    "the parent's owner has no USAGE on its schema",
    `create table z.t (id int primary key); insert into z.t values (1), (2); create table x.c (id int references z.t, n int); insert into x.c values (1, 1); alter table z.t owner to own; grant insert, update on x.c to u`,
  ),
  trap(
    "the parent's owner revoked its SELECT",
    `${OWNED} revoke select on x.t from own; create table x.c (id int, n int); alter table x.c add foreign key (id) references x.t not valid; grant insert on x.c to u`,
    { values: { 'c.id': '1' } },
  ),
  trap(
    "the parent's owner revoked its UPDATE",
    `${OWNED} revoke update on x.t from own; create table x.c (id int, n int); alter table x.c add foreign key (id) references x.t not valid; grant insert on x.c to u`,
    { values: { 'c.id': '1' } },
  ),
  trap(
    'ON DELETE CASCADE, child not granted',
    `${T} create table x.c (id int references x.t on delete cascade); insert into x.c values (1); grant delete on x.t to u`,
  ),
  trap(
    "the child's owner revoked its DELETE",
    `${T} create table x.c (id int references x.t on delete cascade); insert into x.c values (1); alter table x.c owner to own; revoke delete on x.c from own; grant delete on x.t to u`,
  ),
  trap(
    'a foreign table of file_fdw',
    `create extension file_fdw schema z; create server fs foreign data wrapper file_fdw; create foreign table x.f (a text) server fs options (filename '/etc/hostname'); grant all on x.f to u; create foreign table x.g (a text) server fs options (filename '/etc/hostname')`,
  ),
  trap('partition granted, root not', `${PARTS} grant all on x.t1 to u`),
  trap(
    'a partition in a schema without USAGE',
    `create table x.t (id int, a int) partition by range (id); create table z.t1 partition of x.t for values from (0) to (3); insert into x.t values (1, 1); grant all on x.t to u`,
  ),
  trap(
    'names that need care',
    `create table x."T ""q"".é😀" (a int); grant select on x."T ""q"".é😀" to u; create table x."a.b" (a int)`,
  ),
  trap(
    'SELECT of a system catalogue in a view',
    `create view x.v as select rolname from pg_authid; alter view x.v owner to own; grant select on x.v to u`,
  ),
  trap(
    'a revoked built-in function in a default',
    `revoke execute on function md5(text) from public; create table x.t (a text default md5('q'), b int); grant all on x.t to u`,
  ),
  trap(
    'a unlogged and a temporary table',
    `create unlogged table x.t (a int); create temporary table tt (a int); grant insert on x.t to u`,
  ),
];
