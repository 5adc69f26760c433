import type { Trap } from './traps.ts';

const trap = (id: string, sql: string, more: Omit<Trap, 'id' | 'sql'> = {}): Trap => ({ id, sql, ...more });
const T = `create table x.t (id int primary key, a int, b text); insert into x.t values (1, 1, 'q'), (3, 1, 'r');`;
const F =
  'create function x.f(int) returns int language plpgsql immutable as $$ begin return $1; end $$; revoke execute on function x.f(int) from public;';
const TF =
  'create function x.tf() returns trigger language plpgsql as $$ begin return null; end $$; revoke execute on function x.tf() from public;';
const DOMAIN = `${F} create domain x.d as int check (x.f(value) > 0);`;

/** What only one way of writing a default, a view, a key or a trigger brings about; each was once answered wrongly. */
export const CORNER_TRAPS: readonly Trap[] = [
  trap(
    'nextval in a branch that is never taken, in one that may be, and behind a constant',
    `create sequence x.s; create table x.t (id int default case when false then nextval('x.s') else 1 end, a int); create table x.v (id int default case when random() < 0 then nextval('x.s') else 1 end, a int); create table x.w (id int default coalesce(1, nextval('x.s')), a int); create table x.r (id int default case when true then nextval('x.s') else 1 end, a int); grant insert on x.t, x.v, x.w, x.r to u`,
  ),
  trap(
    'functions behind constants',
    `${F} create table x.t (id int default case when false then x.f(1) else 1 end, a int check (coalesce(true, x.f(a) > 0))); insert into x.t values (1, 1); grant all on x.t to u`,
  ),
  trap(
    "a view's own default calls a sequence",
    `create sequence x.s; ${T} create view x.v as select * from x.t; alter view x.v alter id set default nextval('x.s'); grant all on x.v to u`,
  ),
  trap(
    "a view's own default spares that of the table",
    `create sequence x.s; grant usage on sequence x.s to u; create table x.t (id serial, a int); create view x.v as select * from x.t; create view x.w as select * from x.t; alter view x.v alter id set default nextval('x.s'); grant all on x.v, x.w to u`,
  ),
  trap(
    'cascaded check option over a view whose condition calls a function',
    `${F} ${T} create view x.v as select * from x.t where x.f(a) > 0; create view x.w as select * from x.v with check option; create view x.y as select * from x.v with local check option; grant all on x.w, x.y to u`,
  ),
  trap(
    'DELETE through views that have no column to write to',
    `${T} create view x.v as select a + 1 as p from x.t; create view x.w as select from x.t; create view x.y as select p from x.v; grant all on x.v, x.w, x.y to u`,
  ),
  trap(
    'a domain inside an array under DO INSTEAD',
    `${DOMAIN} create table x.t (a x.d[], b int); insert into x.t values ('{1}', 1); create table x.l (b int); create rule r as on insert to x.t do instead insert into x.l values (new.b); create rule s as on update to x.t do instead nothing; grant all on x.t to u`,
  ),
  trap(
    'a domain inside a range',
    `${DOMAIN} create type x.r as range (subtype = x.d); create table x.t (a x.r); insert into x.t values ('[1,3]'); grant all on x.t to u`,
    { values: { 't.a': `'[4,5]'` } },
  ),
  trap(
    'a check on a child alone, and on the parent alone',
    `${F} create table x.t (a int); create table x.c (check (x.f(a) > 0)) inherits (x.t); insert into x.c values (1); insert into x.t values (1); create table x.p (a int, check (x.f(a) > 0) no inherit); create table x.k () inherits (x.p); insert into x.p values (1); insert into x.k values (1); grant all on x.t, x.c, x.p, x.k to u`,
  ),
  trap(
    'an index on a column that only the child has',
    `${F} create table x.t (a int); create table x.c (b int) inherits (x.t); create index on x.c (x.f(b)); insert into x.c values (1, 1); insert into x.t values (1); grant all on x.t, x.c to u`,
  ),
  trap(
    'a BEFORE trigger that leaves out the row',
    `${TF} ${F} create table x.t (a int check (x.f(a) > 0)); insert into x.t values (1); create trigger g before insert or update or delete on x.t for each row execute function x.tf(); grant all on x.t to u`,
  ),
  trap(
    'foreign keys whose triggers are disabled',
    `${T} create table x.c (id int references x.t); insert into x.c values (1); alter table x.c disable trigger all; alter table x.t disable trigger all; alter table x.t owner to own; alter table x.c owner to own; revoke all on x.t, x.c from own; grant all on x.t, x.c to u`,
  ),
  trap(
    'foreign keys whose triggers are disabled on one side',
    `${T} create table x.c (id int references x.t); insert into x.c values (1); alter table x.c disable trigger all; alter table x.t owner to own; alter table x.c owner to own; revoke all on x.t, x.c from own; grant all on x.t, x.c to u`,
  ),
  trap(
    'a foreign key that is not enforced',
    `${T} create table x.c (id int references x.t not enforced); insert into x.c values (1); alter table x.t owner to own; revoke all on x.t from own; grant all on x.c, x.t to u`,
    { from: 18 },
  ),
  trap(
    'a policy of NOT false',
    `${T} alter table x.t enable row level security; create policy p on x.t using (not false); grant all on x.t to u`,
  ),
  trap(
    'a domain in a view with INSTEAD OF triggers',
    `${DOMAIN} create function x.tn() returns trigger language plpgsql as $$ begin return new; end $$; create table x.t (a x.d, b int); insert into x.t values (1, 1); create view x.v as select count(*) as n, a from x.t group by a; create trigger g instead of insert or update on x.v for each row execute function x.tn(); grant all on x.v to u`,
  ),
  trap(
    'a view that never has a row',
    `${F} create table x.t (a int check (x.f(a) > 0)); insert into x.t values (1); create view x.v as select a from x.t where false; grant all on x.v to u`,
  ),
  trap(
    'a subquery in a column of a view, read by a WHERE only',
    `${T} create table z.s (id int); create view x.v as select id, (select count(*) from z.s) as n from x.t; alter view x.v owner to own; grant all on x.t to own; grant all on x.v to u`,
  ),
  trap(
    'a function in a view that never has a row',
    `${F} ${T} create view x.v as select id, x.f(a) as a from x.t where false; grant all on x.v to u`,
  ),
  trap(
    'what is in a column of a view that the view above it leaves out',
    `${F} ${T} create table z.s (id int); create view x.v as select id, x.f(a) as a, (select count(*) from z.s) as n from x.t; create view x.w as select id from x.v; create view x.y as select id, a from x.v; create view x.k as select id, n from x.v; create view x.l as select id, (select count(*) from z.s where random() > 0) as n from x.t; create view x.m as select id from x.l; create view x.n as select id, (select count(*) from z.s where id = 1) as n from x.t group by id, n; create view x.o as select id from x.n; alter view x.v owner to own; alter view x.l owner to own; alter view x.n owner to own; grant all on x.t to own; grant all on x.v, x.w, x.y, x.k, x.l, x.m, x.n, x.o to u`,
  ),
  trap(
    'a cast to a domain in a view',
    `${DOMAIN} ${T} create view x.v as select id, a::x.d as a from x.t; create view x.w as select id from x.t where a::x.d > 0; create view x.y as select id from x.v; create view x.k as select array_agg(a)::x.d[] as a from x.t; create view x.l as select case when false then a::x.d end as a from x.t; grant all on x.v, x.w, x.y, x.k, x.l to u`,
  ),
  trap(
    'a cast to a domain over a guarded one',
    `${DOMAIN} create domain x.e as x.d; create domain x.h as x.e check (value < 100); ${T} create view x.v as select a::x.e as a from x.t; create view x.w as select a::x.h as a from x.t; grant all on x.v, x.w to u`,
  ),
  trap(
    'a cast to a domain whose function the role may run',
    `${DOMAIN} ${T} create view x.v as select a::x.d as a from x.t; grant execute on function x.f(int) to u; grant all on x.v to u`,
  ),
  trap(
    'a cast to a domain in a policy',
    `${DOMAIN} ${T} alter table x.t enable row level security; create policy p on x.t using (a::x.d > 0); grant all on x.t to u`,
  ),
  trap(
    'a cast to a domain in a check, an index, a default, a generated column',
    `${DOMAIN} create table x.t (a int check (a::x.d > 0)); insert into x.t values (1); create table x.i (a int); insert into x.i values (1); create index on x.i ((a::x.d::int)); create table x.k (a int default (1::x.d)::int, b int); insert into x.k values (1, 1); create table x.g (a int, b int generated always as (a::x.d::int) stored); insert into x.g (a) values (1); grant all on x.t, x.i, x.k, x.g to u`,
    { from: 12 },
  ),
  trap(
    'a cast to a domain in the WHEN of a trigger, and in what a rule runs',
    `${DOMAIN} ${TF} create table x.t (a int); insert into x.t values (1); create trigger g after update on x.t for each row when (new.a::x.d > 0) execute function x.tf(); create table x.l (a int); create table x.k (a int); insert into x.k values (1); create rule r as on insert to x.k do also insert into x.l values (new.a::x.d); grant all on x.t, x.k to u`,
  ),
  trap(
    'an aggregate whose owner may not run its functions',
    `${T} create function x.st(int, int) returns int language plpgsql as $$ begin return $1; end $$; create function x.fin(int) returns int language plpgsql as $$ begin return $1; end $$; create aggregate x.a(int) (sfunc = x.st, stype = int, initcond = '0'); create aggregate x.b(int) (sfunc = int4pl, stype = int, finalfunc = x.fin, initcond = '0'); alter aggregate x.a(int) owner to own; alter aggregate x.b(int) owner to own; create aggregate x.c(int) (sfunc = x.st, stype = int, initcond = '0'); revoke execute on function x.st(int, int), x.fin(int) from public; create view x.v as select x.a(a) from x.t; create view x.w as select x.b(a) over () from x.t; create view x.y as select x.c(a) from x.t; create view x.k as select x.a(a) over (order by id) from x.t; grant all on x.v, x.w, x.y, x.k to u`,
  ),
  trap(
    'an aggregate that reads a table',
    `${T} create table z.s (id int); create function x.st(int, int) returns int language plpgsql as $$ begin return (select count(*) from z.s); end $$; create aggregate x.a(int) (sfunc = x.st, stype = int, initcond = '0'); create view x.v as select x.a(a) from x.t; grant all on x.v to u`,
  ),
  trap(
    'views that join, group or unite a view with a column that is worked out',
    `${F} ${T} create table z.s (id int); create view x.v as select id, x.f(a) as n from x.t; create view x.j as select v.id, v.n from x.v join x.t using (id); create view x.g as select n, count(*) from x.v group by n; create view x.k as select n from x.v union all select a from x.t; create view x.jj as select count(n) from x.j; create view x.l as select j.id from x.j join x.t using (id); create view x.o as select id, (select count(*) from z.s) as n from x.t; alter view x.o owner to own; grant all on x.t to own; create view x.p as select o.n from x.o join x.t using (id); create view x.q as select sum(n) from x.o; create view x.r as select o.id from x.o join x.t using (id); grant all on x.j, x.g, x.k, x.jj, x.l, x.p, x.q, x.r to u`,
  ),
  trap(
    'a condition over a column that the view below works out',
    `${F} ${T} create table z.s (id int); create view x.v as select id, b, x.f(a) as n from x.t; create view x.w as select id, b from x.v where n > 0; create view x.y as select id, b from x.v where n > 0 with check option; create view x.k as select id, b from x.v where id > 0; create view x.o as select id, b, (select count(*) from z.s) as n from x.t; alter view x.o owner to own; grant all on x.t to own; create view x.p as select id, b from x.o where n >= 0; create view x.q as select id, b from x.o where b is not null; grant all on x.w, x.y, x.k, x.p, x.q to u`,
  ),
  trap(
    'the WHEN of a trigger on a partitioned table',
    `${F} create function x.tn() returns trigger language plpgsql security definer as $$ begin return null; end $$; create table x.t (a int) partition by list (a); create table x.t1 partition of x.t for values in (1, 2); insert into x.t values (1); create trigger g after insert or delete on x.t for each row when (x.f(1) > 0) execute function x.tn(); grant all on x.t, x.t1 to u`,
  ),
  trap(
    'the condition of a rule',
    `${F} create table z.s (id int); create table x.l (a int); create table x.t (a int); insert into x.t values (1); create rule r as on insert to x.t where exists (select from z.s) do also insert into x.l values (new.a); alter table x.t owner to own; alter table x.l owner to own; create table x.k (a int); insert into x.k values (1); create rule r as on insert to x.k where x.f(new.a) > 0 do instead nothing; create rule s as on update to x.k where x.f(new.a) > 100 do also nothing; grant all on x.t, x.k to u`,
  ),
  trap(
    'a view that only names another relation',
    `${T} create table x.k () inherits (x.t); create view x.v as select * from x.t where tableoid <> 'x.k'::regclass; create view x.w as select id, pg_relation_size('x.k') as size from x.t; grant all on x.v, x.w to u`,
  ),
  trap(
    'a function in C that runs what it is told',
    `create extension tablefunc schema x; create table z.s (id int); create view x.v as select * from x.crosstab('select id, 1, 2 from z.s') as c(a int, b int); create view x.w as select * from x.normal_rand(1, 1, 1); grant all on x.v, x.w to u`,
  ),
  trap(
    'a set-returning column that nobody reads, and a join that locks',
    `${F} ${T} create view x.v as select id, generate_series(1, x.f(a)) as k from x.t; create view x.w as select id from x.v; create table x.s (id int); insert into x.s values (1); create view x.l as select t.id, s.id as other from x.t join x.s on s.id = t.id for update of t; alter view x.l owner to own; grant select on x.t, x.s to own; grant all on x.w, x.l to u`,
  ),
  trap(
    'names of relations that a view works out',
    `${T} create table z.s (id int); create view x.v as select pg_relation_size((n.nspname || '.' || c.relname)::regclass) as size from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('x', 'z') and c.relkind = 'r'; create view x.w as select size from x.v where size >= 0; create view x.j as select t.id, v.size from x.t join x.v on v.size >= t.id; grant all on x.v, x.w, x.j to u`,
  ),
];
