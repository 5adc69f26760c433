import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, startPostgres } from '../../support/postgres.ts';
import { unprivileged } from '../../support/unprivileged.ts';
import { at, type BedSource, type Fault, SECRET } from '../fault.ts';
import { listening, stopped } from '../programs.ts';
import { startDatabaseClient } from '../sessions.ts';

const PGBOUNCER = '/usr/sbin/pgbouncer';
const HAPROXY = '/usr/sbin/haproxy';

/** PgBouncer in front of a real server, and of one that is down. */
export const pgbouncer: BedSource = {
  title: 'PgBouncer',
  missing: existsSync(PGBOUNCER) ? null : 'needs the Debian package pgbouncer',
  lay: async () => {
    const server = await startPostgres({ hba: ['host all nohba all reject', 'host all all all trust'] });
    await server.sql(
      `create role app login; create role nohba login; create role trusted login; create role holder login`,
    );
    await server.sql('create database shop');
    const dead = await freePort();
    const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-bouncer-'));
    const poolers: ChildProcess[] = [];
    const pooler = async (name: string, settings: readonly string[]): Promise<number> => {
      const port = await freePort();
      writeFileSync(
        path.join(folder, `${name}.users`),
        [`"app" "${SECRET}"`, `"nohba" "${SECRET}"`, '"holder" "x"', ''].join('\n'),
      );
      const local = `host=127.0.0.1 port=${server.port}`;
      const text = [
        '[databases]',
        `shop = ${local}`,
        `gone = ${local} dbname=nowhere`,
        `down = host=127.0.0.1 port=${dead}`,
        `one = ${local} dbname=shop max_db_connections=1`,
        '[pgbouncer]',
        'listen_addr = 127.0.0.1',
        `listen_port = ${port}`,
        'unix_socket_dir =',
        `auth_file = ${folder}/${name}.users`,
        ...settings,
        '',
      ].join('\n');
      writeFileSync(path.join(folder, `${name}.ini`), text);
      execFileSync('chmod', ['-R', 'a+rX', folder]);
      poolers.push(spawn(PGBOUNCER, [path.join(folder, `${name}.ini`)], { ...unprivileged(), stdio: 'ignore' }));
      await listening(port);
      return port;
    };
    const usual = await pooler('usual', [
      'auth_type = scram-sha-256',
      'pool_mode = transaction',
      'query_wait_timeout = 1',
      'server_login_retry = 1',
    ]);
    const tight = await pooler('tight', [
      'auth_type = trust',
      'max_client_conn = 1',
      'query_wait_timeout = 1',
      'pool_mode = session',
    ]);
    const queue = await pooler('queue', ['auth_type = trust', 'query_wait_timeout = 1', 'pool_mode = session']);
    const as = (...more: readonly string[]): readonly string[] => at(usual, ...more);
    const hold = (port: number, database: string) => async (): Promise<() => Promise<void>> => {
      const client = await startDatabaseClient({ ...server, port }, 'holder', '127.0.0.1', database);
      return () => client.end();
    };
    const faults: readonly Fault[] = [
      {
        title: 'a wrong password',
        args: as(),
        env: { PGPASSWORD: 'wrong' },
        stage: 'login',
        code: 'auth-password-rejected',
      },
      {
        title: 'a user that the pooler does not know',
        args: as('-U', 'stranger'),
        stage: 'login',
        code: 'auth-password-rejected',
      },
      {
        title: 'a database that the pooler does not know',
        args: as('-d', 'nope'),
        stage: 'login',
        code: 'database-missing',
      },
      {
        title: 'a database that the server does not have',
        args: as('-d', 'gone'),
        stage: 'login',
        code: 'database-missing',
      },
      {
        title: 'the server’s pg_hba.conf refuses the pooler',
        args: as('-U', 'nohba'),
        stage: 'login',
        code: 'auth-hba-rejected',
      },
      {
        title: 'the server behind it is down',
        args: as('-d', 'down', '--connect-timeout', '8s'),
        stage: 'login',
        code: 'pooler-wait-timeout',
      },
      {
        title: 'options at the start',
        args: as('--options', '-c statement_timeout=5s'),
        stage: 'login',
        code: 'pooler-startup-parameter-unsupported',
      },
      {
        title: 'its console, without the right',
        args: as('-d', 'pgbouncer'),
        stage: 'login',
        code: 'pooler-admin-denied',
      },
      {
        title: 'no TLS at the pooler, sslmode=require',
        args: as('--sslmode', 'require'),
        stage: 'tls',
        code: 'tls-not-offered',
      },
      {
        title: 'max_client_conn reached',
        args: at(tight, '-d', 'shop'),
        stage: 'login',
        code: 'pooler-too-many-connections',
        during: hold(tight, 'shop'),
      },
      {
        title: 'the pool is used up',
        args: at(queue, '-d', 'one', '--connect-timeout', '6s'),
        stage: 'login',
        code: 'pooler-wait-timeout',
        during: hold(queue, 'one'),
      },
      { title: 'seen after login: a pooler in between', args: as(), stage: 'server', code: 'server-pooler', exit: 0 },
    ];
    return {
      faults,
      stop: async () => {
        await Promise.all(poolers.map(stopped));
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
};

/** HAProxy as load balancer. */
export const haproxy: BedSource = {
  title: 'Load balancer (HAProxy)',
  missing: existsSync(HAPROXY) ? null : 'needs the Debian package haproxy',
  lay: async () => {
    const server = await startPostgres({ hba: ['host all all all trust'] });
    await server.sql('create role app login');
    await server.sql('create database shop');
    const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-haproxy-'));
    const dead = await freePort();
    const ports = {
      none: await freePort(),
      refusing: await freePort(),
      proxied: await freePort(),
      web: await freePort(),
      good: await freePort(),
    };
    const text = `
defaults
  timeout connect 1s
  timeout client 5s
  timeout server 5s
  retries 0
  mode tcp
listen none
  bind 127.0.0.1:${ports.none}
listen refusing
  bind 127.0.0.1:${ports.refusing}
  server a 127.0.0.1:${dead}
listen proxied
  bind 127.0.0.1:${ports.proxied} accept-proxy
  server a 127.0.0.1:${server.port}
listen web
  mode http
  bind 127.0.0.1:${ports.web}
listen good
  bind 127.0.0.1:${ports.good}
  server a 127.0.0.1:${server.port}
`;
    const file = path.join(folder, 'haproxy.cfg');
    writeFileSync(file, text);
    const child = spawn(HAPROXY, ['-db', '-f', file], { stdio: 'ignore' });
    await listening(ports.good);
    return {
      stop: async () => {
        await stopped(child);
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
      },
      faults: [
        { title: 'no server behind the balancer', args: at(ports.none), stage: 'tls', code: 'peer-closed' },
        {
          title: 'the server behind the balancer refuses',
          args: at(ports.refusing),
          stage: 'tls',
          code: 'peer-closed',
        },
        {
          title: 'the balancer wants a PROXY header',
          args: at(ports.proxied),
          stage: 'tls',
          code: 'peer-wants-proxy-protocol',
        },
        { title: 'the balancer is configured for HTTP', args: at(ports.web), stage: 'tls', code: 'peer-not-postgres' },
      ],
    };
  },
};
