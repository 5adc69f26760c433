import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemaErrors } from '../support/report-schema.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { hasSshd, type Sshd, startSshd, throughSshd } from '../support/sshd.ts';
import { processesWith } from './left-overs.ts';

let server: PostgresServer;
let sshd: Sshd;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-killed-'));
  server = await startPostgres();
  await server.sql(
    `create role app login password 'pw'; create role boss superuser login password 'pw'; create table t (id int)`,
  );
  if (hasSshd) sshd = await startSshd();
});
afterAll(async () => {
  if (hasSshd) await sshd.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ROUTE = (): string[] => throughSshd(sshd);
const COMMANDS: Readonly<Record<string, () => readonly string[]>> = {
  test: () => ['test', server.uri('app', 'pw')],
  grants: () => ['grants', server.uri('app', 'pw'), '--need', 'read,write'],
  'sql --verify': () => ['sql', server.uri('app', 'pw'), '--need', 'read', '--verify', `user=boss password=pw`],
  'test through a bastion': () => ['test', server.uri('app', 'pw'), ...ROUTE()],
  'test through the system’s ssh': () => ['test', server.uri('app', 'pw'), ...ROUTE(), '--transport', 'ssh'],
  tunnel: () => ['tunnel', server.uri('app', 'pw'), ...ROUTE()],
  'tunnel by the system’s ssh': () => ['tunnel', server.uri('app', 'pw'), ...ROUTE(), '--transport', 'ssh'],
  'tunnel with a command': () => ['tunnel', server.uri('app', 'pw'), ...ROUTE(), '--', 'sleep', '20'],
};
const EXITS = { SIGINT: 130, SIGTERM: 143, SIGKILL: null } as const;
const TIMES = Number(process.env['PGMEDIC_KILLS'] ?? 3);
let count = 0;

describe.skipIf(!existsSync('/proc/self/environ') || !hasSshd).each(Object.keys(COMMANDS))(
  '%s, stopped at any moment (Linux; Debian: openssh-server)',
  (name) => {
    it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
      '%s leaves nothing behind',
      async (signal) => {
        for (let round = 0; round < TIMES; round++) {
          const word = `PGMEDIC_RUN_${process.pid}_${count++}`;
          const own = path.join(folder, word);
          const out = path.join(own, 'out');
          const temporary = path.join(own, 'tmp');
          const home = path.join(own, 'home');
          for (const each of [out, temporary, home]) mkdirSync(each, { recursive: true });
          mkdirSync(path.join(home, '.ssh'));
          writeFileSync(path.join(home, '.ssh/config'), 'Host *\n  ServerAliveInterval 30\n');
          const args = COMMANDS[name]?.() ?? [];
          const asked = ['--json', '-o', `html=${path.join(out, 'r.html')}`];
          const at = args.indexOf('--');
          const words = at < 0 ? [...args, ...asked] : [...args.slice(0, at), ...asked, ...args.slice(at)];
          const child = spawn(process.execPath, ['bin/pgmedic.js', ...words], {
            env: { PATH: process.env['PATH'] ?? '', HOME: home, TMPDIR: temporary, [word]: '1' },
            stdio: ['ignore', 'pipe', 'pipe'],
          });
          let stdout = '';
          let stderr = '';
          child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
          child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
          const closed = new Promise<number | null>((resolve) => child.once('exit', resolve));
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 900));
          child.kill(signal);
          const code = await closed;
          const context = { name, signal, round, stderr };
          // Too early for a handler of ours, in time, or after the end; never anything else.
          const usual = code === EXITS[signal] || code === null || code === 0 || code === 1;
          expect({ ...context, code, usual }).toEqual({ ...context, code, usual: true });
          if (signal !== 'SIGKILL' && stdout.startsWith('{\n')) {
            const report: unknown = JSON.parse(stdout);
            expect(schemaErrors(report)).toEqual([]);
          }
          const left = (): unknown => ({
            processes: processesWith(word),
            temporary: readdirSync(temporary),
            files: readdirSync(out).filter((file) => file !== 'r.html'),
            home: readdirSync(path.join(home, '.ssh')),
          });
          await expect
            .poll(left, { timeout: 10_000 })
            .toEqual({ processes: [], temporary: [], files: [], home: ['config'] });
          const page = path.join(out, 'r.html');
          if (existsSync(page)) expect(readFileSync(page, 'utf8')).toMatch(/<\/html>\n$/);
          rmSync(own, { recursive: true });
        }
        const open = (): Promise<unknown[]> =>
          server.sql(`select state from pg_stat_activity where application_name = 'pgmedic'
        union all select mode from pg_locks where not granted union all select gid from pg_prepared_xacts`);
        await expect.poll(open, { timeout: 10_000 }).toEqual([]);
        expect(await server.sql(`select has_table_privilege('app', 't', 'select') as granted`)).toEqual([
          { granted: false },
        ]);
      },
      120_000,
    );
  },
);
