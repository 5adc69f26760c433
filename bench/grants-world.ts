import type { PostgresServer } from '../test/support/postgres.ts';

export interface World {
  readonly schemas: number;
  /** Per schema. */
  readonly relations: number;
  /** Tables with a key and nothing else. */
  readonly plain?: boolean;
}

/**
 * Makes a database with so many schemas and relations, and in the cluster (once) 500 roles with deep membership, of which
 * `app` is the one to judge: it holds what it holds through chains of up to ten groups, through PUBLIC, directly, on
 * columns, or not at all. Of a hundred relations two are views, two have a sequence, two a key, two refer to it.
 */
export async function makeWorld(server: PostgresServer, database: string, world: World): Promise<void> {
  await server.sql(ROLES);
  await server.sql(`create database ${database}`);
  await server.sql(PROCEDURE, database);
  await server.sql(`call make_world(${world.schemas}, ${world.relations}, ${world.plain === true})`, database);
  await server.sql('vacuum analyze', database);
}

/** Fifty chains of ten groups; app is a member of the top of every second chain. */
const ROLES = `do $$
begin
  if exists (select from pg_roles where rolname = 'app') then return; end if;
  create role app login password 'secret';
  for line in 0..49 loop
    for level in 0..9 loop
      execute format('create role g_%s_%s', line, level);
      if level > 0 then execute format('grant g_%s_%s to g_%s_%s', line, level, line, level - 1); end if;
    end loop;
    if line % 2 = 0 then execute format('grant g_%s_0 to app', line); end if;
  end loop;
end $$`;

/** Commits after every schema, so that no transaction holds too many locks. */
const PROCEDURE = `create procedure make_world(schemas int, relations int, plain boolean) language plpgsql as $$
declare
  s text;
  t text;
begin
  for i in 1..schemas loop
    s := format('s%s', lpad(i::text, 4, '0'));
    execute format('create schema %I', s);
    if i % 10 <> 0 then execute format('grant usage on schema %I to g_%s_%s', s, i % 50, i % 10); end if;
    for j in 1..relations loop
      t := format('%I.t%s', s, lpad(j::text, 4, '0'));
      if plain then
        execute format('create table %s (id int primary key, name text)', t);
      elsif j % 50 = 0 then
        execute format('create view %s as select id, name from %I.t%s', t, s, lpad((j - 1)::text, 4, '0'));
      elsif j % 50 = 1 then
        execute format('create table %s (id serial, name text)', t);
      elsif j % 50 = 3 then
        execute format('create table %s (id int primary key, name text)', t);
      elsif j % 50 = 4 then
        execute format('create table %s (id int references %I.t%s, name text)', t, s, lpad((j - 1)::text, 4, '0'));
      else
        execute format('create table %s (id int, name text)', t);
      end if;
      if j % 7 < 4 then execute format('grant select on %s to g_%s_%s', t, i % 50, j % 10); end if;
      if j % 7 = 1 then execute format('grant insert, update, delete on %s to app', t); end if;
      if j % 50 = 5 and not plain then execute format('grant select (id) on %s to app', t); end if;
      if j % 50 = 6 and not plain then execute format('grant select on %s to public', t); end if;
    end loop;
    commit;
  end loop;
end $$`;
