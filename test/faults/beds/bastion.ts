import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, startPostgres } from '../../support/postgres.ts';
import { startAgent } from '../../support/ssh-agent.ts';
import { hasSshd, makeKey, type Sshd, type SshdOptions, startSshd } from '../../support/sshd.ts';
import { at, type BedSource, type Fault } from '../fault.ts';

/** Bastions (a real sshd each), and what stands behind them. */
export const bastion: BedSource = {
  title: 'Through a bastion',
  missing: hasSshd ? null : 'sshd (Debian: openssh-server)',
  lay: async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-bastion-'));
    const postgres = await startPostgres();
    const sshds: Sshd[] = [];
    const start = async (options: SshdOptions = {}): Promise<Sshd> => {
      const sshd = await startSshd(options);
      sshds.push(sshd);
      return sshd;
    };
    const good = await start();
    const second = await start();
    const closed = await start({ config: ['AllowTcpForwarding no'] });
    const elsewhere = await start({ config: ['PermitOpen db.internal:5432'] });
    const impatient = await start({ config: ['MaxAuthTries 2'] });
    const agent = await startAgent(5);
    const web = createHttp((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
    await new Promise((resolve) => web.once('listening', resolve));
    const { port: webPort } = web.address() as { port: number };
    const nobody = await freePort();
    const wrong = makeKey(path.join(folder, 'wrong'));
    const locked = makeKey(path.join(folder, 'locked'), 'ed25519', 'right', ['-a', '1']);
    const knownHosts = (name: string, text: string): string => {
      const file = path.join(folder, name);
      writeFileSync(file, text);
      return file;
    };
    const both = knownHosts('both', `${line(good)}${line(second)}`);

    const through = (sshd: Sshd, ...more: readonly string[]): Pick<Fault, 'args' | 'env' | 'vary'> => ({
      args: [...at(postgres.port), '--ssh', `${sshd.user}@127.0.0.1:${sshd.port}`, ...more],
      env: { HOME: sshd.home },
      vary: [
        [new RegExp(`\\b${sshd.user}\\b`, 'g'), 'USER'],
        [/SHA256:[A-Za-z0-9+/]{43}/g, 'SHA256:…'],
        [/\]:\d{4,5}\b/g, ']:PORT'],
      ],
    });
    const behind = (host: string, port: number): Pick<Fault, 'args' | 'env' | 'vary'> => {
      const fault = through(good);
      return { ...fault, args: [...fault.args, '-h', host, '-p', String(port)] };
    };
    const fault = (title: string, code: string, how: Pick<Fault, 'args' | 'env' | 'vary'>): Fault => ({
      title,
      stage: 'ssh',
      code,
      ...how,
    });
    const ssh = (sshd: Sshd, hops: string, ...more: readonly string[]) => {
      const how = through(sshd);
      return { ...how, args: [...at(postgres.port), '--ssh', hops, ...more] };
    };
    return {
      stop: async () => {
        agent.stop();
        web.close();
        for (const sshd of sshds) await sshd.stop();
        await postgres.stop();
        rmSync(folder, { recursive: true, force: true });
      },
      faults: [
        fault('a bastion whose name does not exist', 'ssh-host-unknown', ssh(good, 'no-such-bastion.invalid')),
        fault('no bastion on the port', 'ssh-refused', ssh(good, `127.0.0.1:${nobody}`)),
        fault('the bastion’s port is a web server', 'ssh-port-is-http', ssh(good, `127.0.0.1:${webPort}`)),
        fault('the bastion’s port is PostgreSQL', 'ssh-port-is-postgres', ssh(good, `127.0.0.1:${postgres.port}`)),
        fault('an unknown host key', 'ssh-host-key-unknown', through(good, '--known-hosts', knownHosts('empty', ''))),
        fault(
          'a changed host key',
          'ssh-host-key-changed',
          through(good, '--known-hosts', knownHosts('changed', `[127.0.0.1]:${good.port} ${wrong.publicLine}\n`)),
        ),
        fault(
          'a revoked host key',
          'ssh-host-key-revoked',
          through(good, '--known-hosts', knownHosts('revoked', `@revoked * ${good.hostKey().publicLine}\n`)),
        ),
        fault('a pin of another key', 'ssh-host-key-pin-mismatch', through(good, '--host-key', wrong.fingerprint)),
        fault('a wrong key', 'ssh-auth-key-rejected', through(good, '--ssh-key', wrong.file)),
        fault('a wrong user', 'ssh-auth-wrong-user', ssh(good, `nosuchuser@127.0.0.1:${good.port}`)),
        {
          ...fault(
            'a wrong passphrase',
            'ssh-key-passphrase-wrong',
            through(good, '--ssh-key', locked.file, '--ssh-passphrase-env', 'PASS'),
          ),
          env: { HOME: good.home, PASS: 'not this' },
        },
        fault('a passphrase that nobody gives', 'ssh-key-passphrase-missing', through(good, '--ssh-key', locked.file)),
        {
          ...fault('MaxAuthTries 2, and five keys in the agent', 'ssh-auth-too-many-tries', through(impatient)),
          env: { HOME: impatient.home, SSH_AUTH_SOCK: agent.socket },
        },
        fault('AllowTcpForwarding no', 'ssh-forward-disabled', through(closed)),
        fault('PermitOpen for another destination', 'ssh-forward-not-permitted', through(elsewhere)),
        fault(
          'the database’s port is closed, seen from the bastion',
          'ssh-forward-refused',
          behind('127.0.0.1', nobody),
        ),
        fault('no such name, seen from the bastion', 'ssh-forward-name-unknown', behind('no-such-db.invalid', 5432)),
        fault(
          'two bastions, the key is not welcome on the second',
          'ssh-auth-key-rejected',
          ssh(
            good,
            `127.0.0.1:${good.port},127.0.0.1:${second.port}`,
            '--known-hosts',
            both,
            '--ssh-key',
            good.key.file,
          ),
        ),
      ],
    };
  },
};

const line = (sshd: Sshd): string => `[127.0.0.1]:${sshd.port} ${sshd.hostKey().publicLine}\n`;
