import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { boundedRun, faultsOf } from './bounded-run.ts';
import names from './corpus/names.json' with { type: 'json' };
import { type Mutation, startMutatingProxy } from './mutating-proxy.ts';

const BOUNDS = { ms: 20_000, rssMb: 320 };

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ hba: ['local all all trust', 'host all all 127.0.0.1/32 trust'] });
  await server.sql(`
    create role app login; create role grp; grant grp to app;
    create schema s; create table s.t (id serial primary key, a int default 1, g int generated always as (1) stored);
    create table s.u (id int references s.t (id), b text check (length(b) > 0));
    create function s.f(i int) returns int language sql immutable as 'select i';
    revoke execute on function s.f from public;
    create table s.d (x int default s.f(1)); create index on s.d (s.f(x));
    create view s.v as select id, s.f(a) from s.t; create materialized view s.m as select 1 as one;
    create table s.p (k int) partition by range (k); create table s.p1 partition of s.p for values from (0) to (9);
    create domain s.dom as int check (s.f(value) > 0); create table s.w (z s.dom);
    create table s.r (id int, who text); alter table s.r enable row level security;
    create policy own on s.r using (who = current_user); create policy fn on s.r for insert with check (s.f(id) > 0);
    create function s.tg() returns trigger language plpgsql as 'begin perform s.f(1); return new; end';
    create trigger tr before insert on s.t for each row execute function s.tg();
    create rule ru as on delete to s.u do also delete from s.d;
    grant usage on schema s to grp; grant select on s.t, s.v to app; grant insert (b) on s.u to grp;
    alter default privileges in schema s grant select on tables to app`);
});
afterAll(() => server.stop());

/** A generator of small numbers that is the same at every run. */
function random(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e37_79b9) >>> 0;
    return state % below;
  };
}

const STRANGE = [
  null,
  '',
  '0',
  '-1',
  'NaN',
  '1e400',
  '99999999999999999999',
  't',
  'false',
  '{}',
  '[]',
  'null',
  '{{{',
  '((',
];
const HOSTILE = [...names.terminal, ...names.markup, ...names.github, ...names.shell, ...names.sql];

/** The login, BEGIN, the server's state, COMMIT. */
const HONEST_ANSWERS = 3;

/** Changes about one value in `rarity`. */
function mutation(seed: number, rarity: number): Mutation {
  const pick = random(seed);
  return (value, query) => {
    // Mostly the state row stays true, so that the lies about the catalogue are read at all.
    if (pick(rarity) !== 0 || (query <= HONEST_ANSWERS && seed % 4 !== 0)) return value;
    const how = pick(8);
    if (how === 0) return STRANGE[pick(STRANGE.length)] ?? null;
    if (how === 1) return HOSTILE[pick(HOSTILE.length)] ?? null;
    if (value === null) return String(pick(30_000));
    if (how === 2) return value.slice(0, pick(value.length + 1));
    if (how === 3) return value + value;
    if (how >= 4 && how <= 6) return String(16_384 + pick(200));
    const at = pick(value.length + 1);
    return `${value.slice(0, at)}${'{}()",:\\ 0'[pick(10)] ?? ''}${value.slice(at + 1)}`;
  };
}

const COMMANDS = [
  ['test', '--json'],
  ['grants', '--json', '--need', 'read,write,truncate,future'],
  ['sql', '--json', '--need', 'read,write,create-table'],
  ['grants', '--need', 'read'],
  ['grants', '-o', 'markdown', '--need', 'read,write'],
  ['sql', '--need', 'read,write'],
] as const;

describe.each([3, 20, 150])('answers of which one value in %i is a lie', (rarity) => {
  it.each(Array.from({ length: Number(process.env['PGMEDIC_LIES'] ?? 8) }, (_, at) => at))(
    'end as they must (%i)',
    async (at) => {
      const seed = at * 1000 + rarity;
      const proxy = await startMutatingProxy(server.port, mutation(seed, rarity));
      try {
        const [command, ...more] = COMMANDS[at % COMMANDS.length] ?? COMMANDS[0];
        const run = await boundedRun([command, `postgres://app@127.0.0.1:${proxy.port}/postgres`, ...more]);
        if (process.env['PGMEDIC_LIES'])
          console.log(
            seed,
            command,
            run.code,
            run.stdout.startsWith('{') ? JSON.stringify(run.report().verdict).slice(0, 200) : '',
          );
        expect(faultsOf(run, BOUNDS)).toEqual([]);
      } finally {
        await proxy.stop();
      }
    },
  );
});
