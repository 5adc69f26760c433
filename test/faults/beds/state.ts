import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { postgresFolder } from '../../support/postgres-binaries.ts';
import { freePort, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { unprivileged } from '../../support/unprivileged.ts';
import { at, type BedSource, type Fault, SECRET } from '../fault.ts';
import { startDatabaseClient } from '../sessions.ts';

/** A copy of the server's data that follows it as a standby, on a port of its own. */
async function standbyOf(primary: PostgresServer, hot: boolean): Promise<{ port: number; stop: () => void }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-standby-'));
  const data = path.join(folder, 'data');
  const bin = path.join(postgresFolder(18), 'bin');
  const ids = unprivileged();
  if (ids !== undefined) chownSync(folder, ids.uid, ids.gid);
  const options = {
    ...ids,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
    cwd: folder,
    stdio: 'pipe',
  } as const;
  // A copy of the files between two checkpoints of a quiet server is a base backup; pg_basebackup is not in the package.
  await primary.sql('checkpoint');
  await primary.sql(`select pg_backup_start('standby', true)`);
  execFileSync('cp', ['-a', path.join(primary.folder, 'data'), data], options);
  execFileSync('rm', ['-f', path.join(data, 'postmaster.pid')], options);
  const port = await freePort();
  const lines = [
    `port = ${port}`,
    `unix_socket_directories = ''`,
    `hot_standby = ${hot ? 'on' : 'off'}`,
    `restore_command = 'false'`,
    `primary_conninfo = 'host=127.0.0.1 port=1'`,
  ];
  execFileSync('sh', ['-c', `cat >> ${data}/postgresql.conf; touch ${data}/standby.signal`], {
    ...options,
    input: `\n${lines.join('\n')}\n`,
  });
  execFileSync(path.join(bin, 'pg_ctl'), ['-D', data, '-l', path.join(folder, 'log'), '-W', 'start'], options);
  const ready = hot ? 'ready to accept read-only connections' : 'consistent recovery state reached';
  for (let tries = 400; !readFileSync(path.join(folder, 'log'), 'utf8').includes(ready); tries--) {
    if (tries === 0) throw new Error(`the standby did not start:\n${readFileSync(path.join(folder, 'log'), 'utf8')}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return {
    port,
    stop: () => {
      execFileSync(path.join(bin, 'pg_ctl'), ['-D', data, '-m', 'immediate', 'stop'], options);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a session finds after login. */
export const state: BedSource = {
  title: 'The server’s state',
  missing: null,
  lay: async () => {
    const server = await startPostgres({
      hba: ['host all all all scram-sha-256'],
      config: ['max_connections = 12', 'superuser_reserved_connections = 2', `password_encryption = 'md5'`],
    });
    await server.sql(`set password_encryption = 'scram-sha-256';
      create role app login password '${SECRET}';
      create role readonly login password '${SECRET}'; alter role readonly set default_transaction_read_only = on;
      create role lost login password '${SECRET}'; alter role lost set search_path = nowhere, "Also Nowhere";
      create role hurried login password '${SECRET}'; alter role hurried set statement_timeout = '5s';
      create role bored login password '${SECRET}'; alter role bored set idle_session_timeout = '30s';
      create role ending login password '${SECRET}' valid until '${new Date(Date.now() + 5 * 86_400_000).toISOString()}';
      create role limited login password '${SECRET}' connection limit 1;
      create role other; create role switched login password '${SECRET}' in role other; alter role switched set role = other;
      create role trusted login superuser;`);
    await server.sql('create database shop');
    const old = await startPostgres({ major: 13, hba: ['host all all all scram-sha-256'] });
    await old.sql(`create role app login password '${SECRET}'`);
    await old.sql('create database shop');
    const coldPrimary = await startPostgres();
    const far = await startPostgres({ hba: ['host all all all trust'] });
    await far.sql(`create role app login`);
    await far.sql('create database shop');
    const as = (user: string): readonly string[] => at(server.port, '-U', user);
    const fault = (title: string, user: string, code: string): Fault => ({
      title,
      args: as(user),
      stage: 'server',
      code,
      exit: 0,
    });
    const standby = await standbyOf(server, true);
    const cold = await standbyOf(coldPrimary, false);
    return {
      stop: async () => {
        standby.stop();
        cold.stop();
        await Promise.all([server, old, coldPrimary, far].map((each) => each.stop()));
      },
      faults: [
        fault('a role whose transactions are read-only', 'readonly', 'server-read-only'),
        fault('search_path names schemas that do not exist', 'lost', 'server-search-path-missing'),
        fault('a statement_timeout of 5 s', 'hurried', 'server-statement-timeout-short'),
        fault('an idle_session_timeout of 30 s', 'bored', 'server-idle-timeout-short'),
        fault('a password that ends in 5 days', 'ending', 'role-password-expires-soon'),
        fault('the last connection of a limited role', 'limited', 'role-connections-low'),
        fault('a role that becomes another (ALTER ROLE … SET role)', 'switched', 'server-user-switched'),
        fault('new passwords stored as md5', 'app', 'server-password-encryption-md5'),
        {
          title: 'PostgreSQL 13, out of support',
          args: at(old.port),
          stage: 'server',
          code: 'server-version-unsupported',
          exit: 0,
        },
        {
          title: 'a login without a password over the network',
          args: at(far.port),
          stage: 'login',
          code: 'auth-trust',
          exit: 0,
        },
        { title: 'a line without TLS', args: at(far.port), stage: 'tls', code: 'tls-not-encrypted', exit: 0 },
        { title: 'a standby', args: at(standby.port), stage: 'server', code: 'server-standby', exit: 0 },
        {
          title: 'a standby that may not be read (hot_standby = off)',
          args: at(cold.port),
          stage: 'login',
          code: 'server-not-accepting',
        },
        {
          title: 'a standby where a primary was asked for',
          args: at(standby.port, '--target-session-attrs', 'read-write'),
          stage: 'server',
          code: 'server-session-attributes',
        },
        {
          title: 'nearly all slots taken',
          args: as('app'),
          stage: 'server',
          code: 'server-connections-low',
          exit: 0,
          during: async () => {
            const admin = { ...server, port: server.port };
            const clients = await Promise.all(
              Array.from({ length: 7 }, () => startDatabaseClient(admin, 'trusted', server.socketDir)),
            );
            return async () => void (await Promise.all(clients.map((client) => client.end())));
          },
        },
      ],
    };
  },
};
