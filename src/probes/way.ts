import { lookupAll } from '../connect/dns.ts';
import type { SshRoute } from '../connect/ssh/route.ts';
import { openTcp } from '../connect/tcp.ts';
import type { ByteStream } from '../connect/types.ts';
import type { HopFacts } from '../failures/ssh-facts.ts';
import type { HostCandidate } from '../target/types.ts';
import type { Lookup, TcpAttempt } from './evidence.ts';
import { roundMs, type Timeline } from './timeline.ts';

/** One way to a server: an address of a host, a socket, or a channel of a bastion. `open` may be called again. */
export interface Way {
  /** The name for people and for TLS verification. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly transport: 'tcp' | 'unix' | 'ssh';
  /** `quietly`: a second look, which leaves no trace in the log and the times. */
  readonly open: (timeoutMs: number, quietly?: boolean) => Promise<ByteStream>;
}

/** What finding and opening ways leaves behind as evidence. */
export interface WayLog {
  readonly lookups: Lookup[];
  readonly attempts: TcpAttempt[];
  /** The bastions, as far as they were seen. */
  hops: readonly HopFacts[] | null;
}

export interface FindOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** TCP keepalive of the lines that are opened, in ms; none without it. */
  readonly keepAliveIdleMs?: number | undefined;
}

/** The ways to one host of the list: every address of its name, in the resolver's order. Throws the resolver's error. */
export async function findWays(
  candidate: HostCandidate,
  timeline: Timeline,
  { timeoutMs, signal, keepAliveIdleMs }: FindOptions,
  log: WayLog,
  route: SshRoute | null,
): Promise<readonly Way[]> {
  const { port } = candidate;
  const stop = {
    ...(signal === undefined ? {} : { signal }),
    ...(keepAliveIdleMs === undefined ? {} : { keepAliveIdleMs }),
  };
  const name = candidate.host === '' ? (candidate.hostaddr ?? '') : candidate.host;
  if (candidate.transport === 'unix') {
    const path = candidate.socketPath ?? '';
    const open: Way['open'] = (ms, quietly) =>
      logged(path, () => openTcp({ path }, { timeoutMs: ms, ...stop }), quietly);
    return [{ host: name, address: path, port, transport: 'unix', open }];
  }
  if (route !== null) {
    // The name is resolved where the bastion stands; the database's certificate is still checked against it here.
    const to = candidate.host === '' ? name : candidate.host;
    const open = (ms: number): Promise<ByteStream> => timeline.spend('ssh', () => route.forward(to, port, ms));
    return [{ host: name, address: to, port, transport: 'ssh', open }];
  }
  let addresses: readonly { address: string; family: 4 | 6 }[];
  if (candidate.hostaddr === undefined || candidate.hostaddr === '') {
    const start = performance.now();
    addresses = await timeline.spend('dns', () => lookupAll(candidate.host, { timeoutMs, ...stop }));
    log.lookups.push({ host: candidate.host, addresses, ms: roundMs(performance.now() - start) });
  } else {
    addresses = [{ address: candidate.hostaddr, family: candidate.hostaddr.includes(':') ? 6 : 4 }];
  }
  return addresses.map(({ address }) => ({
    host: name,
    address,
    port,
    transport: 'tcp',
    open: (ms, quietly) => logged(address, () => openTcp({ host: address, port }, { timeoutMs: ms, ...stop }), quietly),
  }));

  async function logged(address: string, work: () => Promise<ByteStream>, quietly = false): Promise<ByteStream> {
    if (quietly) return work();
    const start = performance.now();
    const attempt = { host: name, address, port };
    try {
      const stream = await timeline.spend('tcp', work);
      const own = 'localAddress' in stream && typeof stream.localAddress === 'string' ? stream.localAddress : '';
      const ms = roundMs(performance.now() - start);
      log.attempts.push({ ...attempt, ms, connected: true, ...(own === '' ? {} : { localAddress: own }) });
      return stream;
    } catch (error) {
      log.attempts.push({ ...attempt, ms: roundMs(performance.now() - start), connected: false });
      throw error;
    }
  }
}
