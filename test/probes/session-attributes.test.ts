import { afterAll, beforeAll, expect, test } from 'vitest';
import { examined } from '../support/examined.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

const KINDS = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const;

/** Host lists, and the server that libpq 18.4 chose for each kind in turn; `-`: none. Measured with these servers. */
const LIBPQ: readonly (readonly [hosts: string, chosen: string])[] = [
  ['primary', 'primary primary - primary - primary'],
  ['readOnly', 'readOnly - readOnly readOnly - readOnly'],
  ['standby', 'standby - standby - standby standby'],
  ['standby13', 'standby13 - standby13 - standby13 standby13'],
  ['primary readOnly', 'primary primary readOnly primary - primary'],
  ['readOnly primary', 'readOnly primary readOnly readOnly - readOnly'],
  ['standby primary', 'standby primary standby primary standby standby'],
  ['primary standby', 'primary primary standby primary standby standby'],
  ['standby readOnly', 'standby - standby readOnly standby standby'],
  ['primary readOnly standby', 'primary primary readOnly primary standby standby'],
  ['readOnly13', 'readOnly13 - readOnly13 readOnly13 - readOnly13'],
  ['readOnly13 primary13', 'readOnly13 primary13 readOnly13 readOnly13 - readOnly13'],
  ['primary13 standby13', 'primary13 primary13 standby13 primary13 standby13 standby13'],
];

const servers = new Map<string, PostgresServer>();
beforeAll(async () => {
  const hba = ['host all all all trust'];
  const readOnly = { hba, config: ['default_transaction_read_only = on'] };
  for (const [suffix, major] of [
    ['', 18],
    ['13', 13], // says neither in_hot_standby nor default_transaction_read_only: one query more
  ] as const) {
    servers.set(`primary${suffix}`, await startPostgres({ hba, major }));
    servers.set(`readOnly${suffix}`, await startPostgres({ ...readOnly, major }));
    servers.set(`standby${suffix}`, await startPostgres({ hba, major, standby: true }));
  }
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

const portOf = (name: string): number => servers.get(name)?.port ?? 0;

test.each(LIBPQ)('%s', async (hosts, expected) => {
  const names = hosts.split(' ');
  const list = `host=${names.map(() => '127.0.0.1').join(',')} port=${names.map(portOf).join(',')} user=postgres`;
  const chosen = await Promise.all(
    KINDS.map(async (kind) => {
      const { report, code, result } = await examined(`${list} target_session_attrs=${kind}`);
      if (report.exitCode === 0) return names.find((name) => portOf(name) === result('tcp').facts['port']);
      expect(report.verdict).toMatchObject({ stage: 'server', code: 'server-session-attributes' });
      expect(report.exitCode, `${code}`).toBe(2);
      return '-';
    }),
  );
  expect(chosen.join(' ')).toBe(expected);
});

test('servers that were passed over are remarks, not warnings', async () => {
  const ports = [portOf('standby'), portOf('primary')].join(',');
  const conninfo = `host=127.0.0.1,127.0.0.1 port=${ports} user=postgres target_session_attrs=read-write`;
  const { result } = await examined(conninfo);
  expect(result('server').status).toBe('pass');
  expect(result('server').findings).toMatchObject([
    { code: 'server-session-attributes', severity: 'info', args: { port: portOf('standby'), wanted: 'read-write' } },
  ]);
});

test('every server that was not the one asked for is named', async () => {
  const ports = [portOf('primary'), portOf('readOnly')].join(',');
  const conninfo = `host=127.0.0.1,127.0.0.1 port=${ports} user=postgres target_session_attrs=standby`;
  const { result } = await examined(conninfo);
  expect(result('server').findings.map(({ args }) => args['port'])).toEqual([portOf('primary'), portOf('readOnly')]);
  expect(result('server').facts['connections']).toMatchObject([
    { port: portOf('primary'), stage: 'server', code: 'server-session-attributes' },
    { port: portOf('readOnly'), stage: 'server', code: 'server-session-attributes' },
  ]);
});
