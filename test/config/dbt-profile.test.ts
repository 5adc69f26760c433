import { describe, expect, test } from 'vitest';
import { dbtConnection } from '../../src/config/dbt-profile.ts';
import { renderTemplate } from '../../src/config/dbt-template.ts';

const PROFILES = `
config: { send_anonymous_usage_stats: false }
jaffle:
  target: "{{ env_var('TARGET_OF_TEST', 'dev') }}"
  outputs:
    dev:
      type: postgres
      host: "{{ env_var('DBT_HOST') }}"
      port: "{{ env_var('DBT_PORT', '5432') | as_number }}"
      user: app
      pass: "{{ env_var('DBT_ENV_SECRET_PW') }}"
      dbname: analytics
      schema: staging
      threads: 4
      keepalives_idle: 0
      connect_timeout: 10
      sslmode: require
      search_path: "staging, public"
      role: transformer
    prod: { type: postgres, host: prod, user: u, password: secret, database: d, schema: s }
    snow: { type: snowflake, account: x }
other:
  outputs: { default: { type: postgres, host: other, user: u, password: p, dbname: d, schema: s } }
`;
const ENV = { DBT_HOST: 'db.example.com', DBT_ENV_SECRET_PW: "p'w{{" };
const connect = (wanted?: string, env: Record<string, string> = ENV, project?: string) =>
  dbtConnection(
    { profiles: PROFILES, file: 'profiles.yml', ...(project === undefined ? {} : { project }) },
    wanted,
    env,
  );

test('the profile, its default target, every value that libpq gets from dbt', () => {
  const connection = connect('jaffle');
  expect(connection).toMatchObject({
    name: 'jaffle.dev',
    values: {
      ...{ host: 'db.example.com', port: '5432', user: 'app', dbname: 'analytics', sslmode: 'require' },
      ...{ keepalives_idle: '0', connect_timeout: '10', options: String.raw`-c search_path=staging,\ public` },
    },
    config: { expect: { role: 'transformer' } },
  });
  expect(connection.password?.reveal()).toBe("p'w{{");
});

test.each<[string, string | undefined, Record<string, string>, string | undefined, string]>([
  ['PROFILE.TARGET', 'jaffle.prod', ENV, undefined, 'jaffle.prod'],
  ['the profile of the project', undefined, ENV, 'name: x\nprofile: other\n', 'other.default'],
  [
    'DBT_PROFILE and DBT_TARGET',
    undefined,
    { ...ENV, DBT_PROFILE: 'jaffle', DBT_TARGET: 'prod' },
    undefined,
    'jaffle.prod',
  ],
  ['a target from the environment', 'jaffle', { ...ENV, TARGET_OF_TEST: 'prod' }, undefined, 'jaffle.prod'],
])('%s', (_, wanted, env, project, name) => {
  expect(connect(wanted, env, project).name).toBe(name);
});

test.each<[string, string | undefined, Record<string, string>, string]>([
  ['no profile named', undefined, ENV, 'which profile?'],
  ['a profile that is not there', 'jafle', ENV, 'there is no jafle here; did you mean jaffle?'],
  ['a target that is not there', 'jaffle.prdo', ENV, 'there is no prdo here; did you mean prod?'],
  ['another kind of database', 'jaffle.snow', ENV, 'is snowflake; pgmedic knows postgres'],
  [
    'a variable that is not set',
    'jaffle.dev',
    {},
    'profiles.yml:8:7: jaffle.outputs.dev.host: asks for the variable DBT_HOST, which is not set',
  ],
])('%s', (_, wanted, env, message) => {
  expect(() => connect(wanted, env)).toThrow(message);
});

describe('Jinja', () => {
  test.each([
    ["{{ env_var('A') }}", 'a'],
    ['{{env_var("A")}}', 'a'],
    ["x-{{ env_var('A') }}-{{ env_var('B', 'b') }}", 'x-a-b'],
    ["{{ env_var('A', 'z') | int }}", 'a'],
    ["{{ env_var('N', 5432) | as_native }}", '5432'],
    ["{{ env_var('E', '') }}", ''],
    ['plain', 'plain'],
  ])('%s', (text, expected) => {
    expect(renderTemplate(text, { A: 'a' })).toBe(expected);
  });

  test.each([
    ["{{ var('A') }}", 'other than'],
    ["{{ env_var('A') ~ env_var('B') }}", 'other than'],
    ['{% if true %}a{% endif %}', 'block'],
    ["{{ env_var('GONE') }}", 'GONE, which is not set'],
  ])('%s is refused, not guessed', (text, message) => {
    expect(() => renderTemplate(text, { A: 'a', B: 'b' })).toThrow(message);
  });
});
