import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './postgres.ts';

const HAPROXY = '/usr/sbin/haproxy';
export const hasHaproxy = existsSync(HAPROXY);

export interface Haproxy {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** A real HAProxy in TCP mode before one port, with these idle timeouts (HAProxy's notation: `5s`). */
export async function startHaproxy(
  backendPort: number,
  timeouts: { client: string; server: string },
): Promise<Haproxy> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-haproxy-'));
  const port = await freePort();
  const file = path.join(folder, 'haproxy.cfg');
  writeFileSync(
    file,
    [
      'global',
      '  maxconn 200',
      'defaults',
      '  mode tcp',
      '  timeout connect 2s',
      `  timeout client ${timeouts.client}`,
      `  timeout server ${timeouts.server}`,
      'listen bastion',
      `  bind 127.0.0.1:${port}`,
      `  server one 127.0.0.1:${backendPort}`,
      '',
    ].join('\n'),
  );
  const child = spawn(HAPROXY, ['-db', '-f', file], { stdio: 'ignore' });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const answers = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  while (!(await answers())) {
    if (child.exitCode !== null) throw new Error('haproxy did not start');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    port,
    stop: async () => {
      child.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
