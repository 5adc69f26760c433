import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, startPostgres } from '../../support/postgres.ts';
import { at, type BedSource } from '../fault.ts';

/** A socket file whose server was killed: nobody listens, nobody cleaned up. */
async function staleSocket(folder: string): Promise<string> {
  const file = path.join(folder, '.s.PGSQL.5432');
  const script = `require('node:net').createServer().listen(${JSON.stringify(file)}, () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  return folder;
}

/** Names and sockets on this machine. */
export const network: BedSource = {
  title: 'Names and ports',
  missing: null,
  lay: async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-stale-'));
    const closed = await freePort();
    const other = await freePort();
    const stale = await staleSocket(folder);
    // An answer on 0.0.0.0 would be a stranger's: this one listens on IPv4 loopback only.
    const v4only = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => v4only.once('listening', resolve));
    const { port } = v4only.address() as { port: number };
    const to = (host: string, ...more: readonly string[]): readonly string[] => [
      '-h',
      host,
      '-U',
      'app',
      '-d',
      'shop',
      ...more,
    ];
    return {
      stop: async () => {
        v4only.close();
        rmSync(folder, { recursive: true, force: true });
        return Promise.resolve();
      },
      faults: [
        { title: 'nothing listens on the port', args: at(closed), stage: 'tcp', code: 'tcp-refused' },
        {
          title: 'nothing listens, and sslmode=verify-full with the system’s roots',
          args: at(closed, '--sslmode', 'verify-full', '--sslrootcert', 'system'),
          stage: 'tcp',
          code: 'tcp-refused',
        },
        {
          title: 'the server listens on IPv4 only, the address is IPv6',
          args: to('::1', '-p', String(port)),
          stage: 'tcp',
          code: 'tcp-refused',
        },
        {
          title: 'two hosts, both refuse',
          args: to('127.0.0.1,127.0.0.1', '-p', `${closed},${other}`),
          stage: 'tcp',
          code: 'tcp-refused',
        },
        {
          title: 'a name that does not exist, then a port that refuses',
          args: to('no-such-host.invalid,127.0.0.1', '-p', `5432,${closed}`),
          stage: 'tcp',
          code: 'tcp-refused',
        },
        {
          title: 'a name that does not exist',
          args: to('no-such-host.invalid'),
          stage: 'dns',
          code: 'dns-name-unknown',
        },
        {
          title: 'a URL where the host should be',
          args: to('http://db.invalid'),
          stage: 'dns',
          code: 'dns-name-unknown',
        },
        { title: 'no socket in the folder', args: to(tmpdir(), '-p', '1'), stage: 'tcp', code: 'socket-missing' },
        {
          title: 'the socket’s own path instead of its folder',
          args: to(`${stale}/.s.PGSQL.5432`),
          stage: 'tcp',
          code: 'socket-missing',
        },
        { title: 'a socket that a dead server left behind', args: to(stale), stage: 'tcp', code: 'socket-refused' },
        { title: 'a port that accepts and stays silent', args: at(port), stage: 'tls', code: 'peer-silent' },
      ],
    };
  },
};

/** A network of our own: only there can packets be lost on purpose. */
const ROUTES = [
  'ip link set lo up',
  'ip link add lost0 type veth peer name lost1',
  'ip addr add 10.77.0.1/24 dev lost0',
  'ip link set lost0 up',
  'ip link set lost1 up',
  // The frames arrive at the other end, where nobody has that address.
  'ip neigh add 10.77.0.9 lladdr 02:00:00:00:00:09 dev lost0',
  'ip route add unreachable 10.78.0.0/24',
  'ip route add prohibit 10.79.0.0/24',
  'ip route add blackhole 10.80.0.0/24',
].join(' && ');

const within = ['unshare', '-n', 'sh', '-c', `${ROUTES} && exec "$@"`, 'sh'];

/** A name with a dead and a living address: the hosts file of this process alone. */
const HOSTS = 'printf "::1 twin.test\\n127.0.0.1 twin.test\\n" > "$HOSTS" && mount --bind "$HOSTS" /etc/hosts';
const withHosts = (file: string): readonly string[] => [
  'env',
  `HOSTS=${file}`,
  'unshare',
  '-m',
  'sh',
  '-c',
  `${HOSTS} && exec "$@"`,
  'sh',
];

function canUnshare(): boolean {
  try {
    execFileSync('unshare', ['-n', 'sh', '-c', ROUTES], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export const namespace: BedSource = {
  title: 'Routes and filters',
  missing: canUnshare() ? null : 'needs the right to make a network namespace (root)',
  lay: async () => {
    const to = (host: string): readonly string[] => ['-h', host, '-U', 'app', '-d', 'shop'];
    const server = await startPostgres({ hba: ['host all all all trust'] });
    await server.sql('create role app login');
    await server.sql('create database shop');
    const hosts = path.join(server.folder, 'hosts');
    const dead = await freePort();
    return {
      stop: () => server.stop(),
      faults: [
        {
          title: 'a name with two addresses, the first is dead',
          args: [...to('twin.test'), '-p', String(server.port)],
          within: withHosts(hosts),
          stage: 'tcp',
          code: 'tcp-refused',
          exit: 0,
        },
        {
          title: 'a name with two addresses, both dead',
          args: [...to('twin.test'), '-p', String(dead)],
          within: withHosts(hosts),
          stage: 'tcp',
          code: 'tcp-refused',
        },
        {
          title: 'packets are dropped (firewall, security group)',
          args: to('10.77.0.9'),
          within,
          stage: 'tcp',
          code: 'tcp-timeout',
        },
        {
          title: 'no route to the network',
          args: to('203.0.113.7'),
          within,
          stage: 'tcp',
          code: 'tcp-network-unreachable',
        },
        {
          title: 'an IPv6 address where there is no IPv6',
          args: to('2001:db8::7'),
          within,
          stage: 'tcp',
          code: 'tcp-network-unreachable',
        },
        {
          title: 'a router says: host unreachable',
          args: to('10.78.0.7'),
          within,
          stage: 'tcp',
          code: 'tcp-host-unreachable',
        },
        {
          title: 'a rule rejects (administratively prohibited)',
          args: to('10.79.0.7'),
          within,
          stage: 'tcp',
          code: 'tcp-not-permitted',
        },
        {
          title: 'a blackhole route on this machine',
          args: to('10.80.0.7'),
          within,
          stage: 'tcp',
          code: 'tcp-host-unreachable',
        },
        {
          title: 'the DNS server cannot be reached',
          args: to('db.example.com'),
          within,
          stage: 'dns',
          code: 'dns-resolver-unreachable',
        },
      ],
    };
  },
};
