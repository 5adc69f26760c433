import type { Random } from './random.ts';

/** The roles that are judged in a random world; each is present in every world of the cluster. */
export const JUDGED = ['u1', 'u2', 'u3', 'o1', 'o2'] as const;
export const OWNERS = ['o1', 'o2', 'o3', 'postgres'] as const;
export const GROUPS = ['g1', 'g2', 'g3'] as const;
export const SCHEMAS = ['a', 'b', 'c'] as const;
export const FUNCTIONS = ['a.f1', 'b.f2', 'c.f3'] as const;

export interface Made {
  readonly name: string;
  readonly kind: 'table' | 'view' | 'matview' | 'partitioned' | 'partition' | 'foreign';
  readonly columns: readonly string[];
  readonly owner: string;
  /** Its last column is an array of a domain, whose check a literal meets before any rule does. */
  readonly array?: boolean;
}

export function rowSecurity(random: Random, sql: string[], made: Made[]): void {
  for (const one of made) {
    if ((one.kind !== 'table' && one.kind !== 'partitioned') || !random.chance(0.25)) continue;
    sql.push(`alter table ${one.name} enable row level security`);
    if (random.chance(0.3)) sql.push(`alter table ${one.name} force row level security`);
    for (let at = 0; at < random.int(3); at += 1) {
      const command = random.pick(['all', 'all', 'select', 'insert', 'update', 'delete']);
      const condition = random.pick([
        'true',
        'true',
        'p = 1',
        'false',
        `${random.pick(FUNCTIONS)}(p) > 0`,
        `exists (select from ${random.pick(made).name})`,
      ]);
      const using = command === 'insert' ? '' : ` using (${condition})`;
      const check =
        command === 'insert' || (random.chance(0.4) && command !== 'select' && command !== 'delete')
          ? ` with check (${random.pick(['true', 'p = 2', 'false'])})`
          : '';
      const to = random.pick(['public', 'public', ...JUDGED, ...GROUPS]);
      sql.push(
        `create policy p${at} on ${one.name} as ${random.chance(0.8) ? 'permissive' : 'restrictive'} for ${command} to ${to}${using}${check}`,
      );
    }
  }
}

export function extras(random: Random, sql: string[], made: Made[]): void {
  sql.push('create function a.trg() returns trigger language plpgsql as $$ begin return coalesce(new, old); end $$');
  sql.push(
    `create function a.trg2() returns trigger language plpgsql as $$ begin insert into ${random.pick(made).name} (p) values (7); return coalesce(new, old); end $$`,
  );
  if (random.chance(0.5)) sql.push('revoke execute on function a.trg() from public');
  for (const one of made) {
    if (random.chance(0.12) && one.kind === 'view') {
      const event = random.pick(['insert', 'update', 'delete']);
      sql.push(
        `create trigger i instead of ${event} on ${one.name} for each row execute function ${random.pick(['a.trg', 'a.trg2'])}()`,
      );
    }
    if (random.chance(0.1) && one.kind !== 'view') {
      const when = random.chance(0.3) ? `when (${random.pick(FUNCTIONS)}(1) > 0)` : '';
      const event = random.pick(['insert', 'update', 'delete', 'insert or update', 'truncate']);
      const level = event === 'truncate' || random.chance(0.3) ? 'statement' : 'row';
      sql.push(
        `create trigger z ${random.pick(['before', 'after'])} ${event} on ${one.name} for each ${level} ${when} execute function ${random.pick(['a.trg', 'a.trg', 'a.trg2'])}()`,
      );
    }
    if (one.array !== true && random.chance(0.06)) {
      const other = random.pick(made);
      const action = random.pick([
        'nothing',
        `insert into ${other.name} (p) values (1)`,
        `delete from ${other.name}`,
        `update ${other.name} set p = 2`,
      ]);
      const how = random.pick(['instead', 'instead', 'also']);
      sql.push(`create rule r as on ${random.pick(['insert', 'update', 'delete'])} to ${one.name} do ${how} ${action}`);
    }
  }
}

export function grants(random: Random, sql: string[], made: Made[]): void {
  const grantees = [...JUDGED, ...GROUPS, 'o3', 'public'];
  const privileges = ['select', 'insert', 'update', 'delete', 'truncate'];
  for (const one of made) {
    for (const grantee of random.some(grantees, 0.35)) {
      const some = random.chance(0.15) ? ['all'] : random.some(privileges, 0.5);
      if (some.length > 0) sql.push(`grant ${some.join(', ')} on ${one.name} to ${grantee}`);
    }
    for (const grantee of random.some(grantees, 0.12)) {
      const columns = random.chance(0.4) ? one.columns : random.some(one.columns, 0.6);
      for (const privilege of random.some(['select', 'insert', 'update'], 0.6)) {
        if (columns.length > 0) sql.push(`grant ${privilege} (${columns.join(', ')}) on ${one.name} to ${grantee}`);
      }
    }
  }
  for (const grantee of random.some(grantees, 0.3))
    sql.push(
      `grant ${random.pick(['usage', 'update', 'select'])} on all sequences in schema ${random.pick(SCHEMAS)} to ${grantee}`,
    );
}
