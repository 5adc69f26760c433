import type { Duplex } from 'node:stream';
import { requestTls } from '../../src/connect/ssl-request.ts';
import { openTcp } from '../../src/connect/tcp.ts';
import { startTls, type TlsFacts, type TlsOptions } from '../../src/connect/tls.ts';
import { type Login, login, type LoginOptions } from '../../src/connect/wire/login.ts';
import { Secret } from '../../src/report/secret.ts';

const TIMEOUT_MS = 10_000;

export interface Dial extends Partial<Omit<LoginOptions, 'password' | 'tls'>> {
  readonly port: number;
  readonly password?: string;
  /** Options of the TLS handshake; without them the line stays plain. */
  readonly tls?: Partial<TlsOptions>;
  /** Wraps the TCP line, for example into a plain Duplex. */
  readonly wrap?: (stream: Duplex) => Duplex;
}

/** The line up to the login: TCP, and TLS where it is asked for. */
export async function dialLine(to: Dial): Promise<{ stream: Duplex; facts: TlsFacts | null }> {
  const socket = await openTcp({ host: '127.0.0.1', port: to.port }, { timeoutMs: TIMEOUT_MS });
  const raw = to.wrap?.(socket) ?? socket;
  if (to.tls === undefined) return { stream: raw, facts: null };
  if (to.tls.direct !== true) {
    const answer = await requestTls(raw, { timeoutMs: TIMEOUT_MS });
    if (answer !== 'accepted') throw new Error('the server has no TLS');
  }
  return startTls(raw, { host: 'localhost', sni: true, direct: false, timeoutMs: TIMEOUT_MS, ...to.tls });
}

/** Logs in on loopback, as one call; channel binding `prefer`, plaintext passwords allowed, unless told. */
export async function dial(to: Dial): Promise<Login> {
  const { port: _port, password, tls: _tls, wrap: _wrap, ...more } = to;
  const { stream, facts } = await dialLine(to);
  return login(stream, {
    user: 'postgres',
    database: 'postgres',
    startup: {},
    channelBinding: 'prefer',
    allowPlaintextPassword: true,
    timeoutMs: TIMEOUT_MS,
    ...more,
    tls: facts === null ? null : { serverCertificate: facts.der },
    ...(password !== undefined && { password: new Secret(password, 'test') }),
  });
}

/** The error of a promise that must reject. */
export async function errorOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('expected a rejection');
}
