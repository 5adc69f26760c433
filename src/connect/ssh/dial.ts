import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { withDeadline } from '../deadline.ts';
import { SshFailure } from '../../failures/raw-errors.ts';
import type { HopDraft } from '../../failures/ssh-facts.ts';
import { loginOf } from './hop-draft.ts';

/** errno of connect(2) → finding code. */
const CONNECT_CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'ssh-refused',
  EHOSTUNREACH: 'ssh-unreachable',
  ENETUNREACH: 'ssh-unreachable',
  EADDRNOTAVAIL: 'ssh-unreachable',
  ETIMEDOUT: 'ssh-connect-timeout',
  ECONNRESET: 'ssh-closed-at-once',
};

interface DialOptions {
  readonly timeoutMs: number;
  /** 0: no TCP keepalive. */
  readonly tcpKeepAliveMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called once when the first SYN is on its way: what is needed for the answer can be loaded meanwhile. */
  readonly whileWaiting?: () => void;
}

/** Opens one TCP connection. Rejects with the socket's error, or one of code ETIMEDOUT after timeoutMs. */
function open(address: string, port: number, options: DialOptions): Promise<Socket> {
  const { timeoutMs, tcpKeepAliveMs, signal } = options;
  return new Promise((resolve, reject) => {
    const keepAlive = tcpKeepAliveMs > 0;
    const socket = connect({ host: address, port, noDelay: true, keepAlive, keepAliveInitialDelay: tcpKeepAliveMs });
    const abort = (): void => void socket.destroy(new Error('aborted'));
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    signal?.addEventListener('abort', abort, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    // Kept for the socket's whole life: an error without a listener ends the process.
    socket.on('error', (error) => {
      settle();
      reject(error);
    });
    socket.once('connect', () => {
      settle();
      resolve(socket);
    });
  });
}

/** How long an address is tried alone before the next one is tried beside it (RFC 8305 §5, generously). */
const STAGGER_MS = 500;

/**
 * Connects to the first address that answers: in the resolver's order, the next one as soon as one fails or dawdles.
 * Rejects with the last failure and its address.
 */
function race(
  addresses: readonly string[],
  port: number,
  options: DialOptions,
): Promise<{ socket: Socket; address: string }> {
  return new Promise((resolve, reject) => {
    let next = 0;
    let pending = 0;
    let done = false;
    let timer: NodeJS.Timeout | undefined;
    const start = (): void => {
      clearTimeout(timer);
      const address = addresses[next];
      if (done || address === undefined) return;
      next += 1;
      pending += 1;
      timer = setTimeout(start, STAGGER_MS);
      // Node connects in its next tick; an immediate comes after that.
      if (next === 1 && options.whileWaiting !== undefined) setImmediate(options.whileWaiting);
      open(address, port, options).then(
        (socket) => {
          pending -= 1;
          if (done) return void socket.destroy();
          done = true;
          clearTimeout(timer);
          return resolve({ socket, address });
        },
        (error: unknown) => {
          pending -= 1;
          if (next < addresses.length) start();
          else if (pending === 0 && !done) {
            clearTimeout(timer);
            // oxlint-disable-next-line prefer-promise-reject-errors -- the address belongs to it
            reject({ error, address });
          }
        },
      );
    };
    start();
  });
}

/**
 * Resolves and connects to the first bastion.
 * @throws SshFailure `ssh-host-unknown`, `ssh-dns-failed`, `ssh-refused`, `ssh-unreachable`, `ssh-connect-timeout`, …
 */
export async function dialBastion(draft: HopDraft, options: DialOptions): Promise<Socket> {
  const { host, port } = draft;
  const args = { bastion: draft.alias, login: loginOf(draft), host, port };
  const stopIfAborted = (part: 'dns' | 'tcp'): void => {
    if (options.signal?.aborted === true) throw new SshFailure('ssh-aborted', part, 0, args);
  };
  let at = performance.now();
  let addresses: string[] = [host];
  if (isIP(host) === 0) {
    try {
      const found = await withDeadline(lookup(host, { all: true, order: 'verbatim' }), {
        timeoutMs: options.timeoutMs,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        timeout: () => Object.assign(new Error('no answer from the name service'), { code: 'ETIMEDOUT' }),
      });
      addresses = found.map(({ address }) => address);
    } catch (error) {
      stopIfAborted('dns');
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      draft.ms['dns'] = performance.now() - at;
      throw new SshFailure(
        code === 'ENOTFOUND' ? 'ssh-host-unknown' : 'ssh-dns-failed',
        'dns',
        0,
        { ...args, errno: code },
        code,
      );
    }
  }
  draft.addresses = addresses;
  draft.ms['dns'] = performance.now() - at;
  at = performance.now();
  let last: { readonly error: NodeJS.ErrnoException; readonly address: string };
  try {
    const { socket, address } = await race(addresses, port, options);
    draft.address = address;
    draft.ms['tcp'] = performance.now() - at;
    return socket;
  } catch (error) {
    stopIfAborted('tcp');
    last = error as typeof last;
  }
  draft.ms['tcp'] = performance.now() - at;
  const errno = last.error.code ?? last.error.message;
  throw new SshFailure(
    CONNECT_CODES[errno] ?? 'ssh-connect-failed',
    'tcp',
    0,
    {
      ...args,
      address: last.address,
      errno,
      seconds: options.timeoutMs / 1000,
    },
    errno,
  );
}

/** Asks a port that does not speak SSH what it speaks instead; a few bytes on new connections, bounded in time. */
export async function whatListens(address: string, port: number): Promise<'postgres' | 'http' | null> {
  const ask = async (question: Buffer | string): Promise<Buffer> => {
    const socket = await open(address, port, { timeoutMs: 1500, tcpKeepAliveMs: 0 });
    return new Promise((resolve) => {
      const done = (bytes: Buffer): void => {
        clearTimeout(timer);
        socket.destroy();
        resolve(bytes);
      };
      const timer = setTimeout(() => done(Buffer.alloc(0)), 1500);
      socket.once('data', done).once('close', () => done(Buffer.alloc(0)));
      socket.write(question);
    });
  };
  try {
    // SSLRequest (PostgreSQL: "Message Formats"): a lone S or N answers it.
    const answer = await ask(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
    if (answer.length === 1 && (answer[0] === 0x53 || answer[0] === 0x4e)) return 'postgres';
    return (await ask('GET / HTTP/1.0\r\n\r\n')).toString('latin1', 0, 5) === 'HTTP/' ? 'http' : null;
  } catch {
    return null;
  }
}
