import type { Duplex } from 'node:stream';
import type { Client, ParsedKey } from 'ssh2';
import { SshFailure, type SshPart } from '../../failures/raw-errors.ts';
import type { HopDraft } from '../../failures/ssh-facts.ts';
import { greetingCode, kexCode, printable } from '../../failures/ssh-greeting.ts';
import { loginFailure } from '../../failures/ssh-login.ts';
import { fingerprintOf, keyTypeOf } from '../../target/known-hosts.ts';
import { withoutSecret } from '../hush.ts';
import { acceptedAlgorithms, noteLegacy } from './algorithms.ts';
import { planAuth } from './auth-plan.ts';
import { whatListens } from './dial.ts';
import { loginOf } from './hop-draft.ts';
import { hostKeyPolicy, safeVerifier } from './host-key-policy.ts';
import { partClock } from './part-clock.ts';
import { type ServerHello, tapServer } from './server-hello.ts';
import type { HopSettings, SshOptions } from './types.ts';

export interface LoggedIn {
  readonly client: Client;
  readonly stream: Duplex;
  readonly hello: ServerHello;
  /** The host key's fingerprint: a later reconnect must meet the same. */
  readonly fingerprint: string;
  /** What the server says, without the password that it was given. */
  readonly quiet: (text: string) => string;
}

/**
 * Speaks SSH on an open stream up to the end of authentication: banner, key exchange, host key, login.
 * Fills the draft as it goes, and `offered` with the keys that were tried. On failure the stream is destroyed.
 * @throws SshFailure with the part that broke
 */
export async function loginHop(
  stream: Duplex,
  settings: HopSettings,
  options: SshOptions,
  hop: number,
  draft: HopDraft,
  offered: ParsedKey[] = [],
  oneOfSeveral = false,
): Promise<LoggedIn> {
  const { default: ssh2 } = await import('ssh2');
  const limitMs = options.connectTimeoutMs ?? 10_000;
  const policy = hostKeyPolicy(settings, options, hop, draft, oneOfSeveral);
  const { alias, host, port } = draft;
  const bastion = { bastion: alias, login: loginOf(draft), host, port, seconds: limitMs / 1000 };
  const quiet = (text: string): string => withoutSecret(text, options.password?.reveal());
  const client = new ssh2.Client();
  // Kept for life: ssh2 emits `error` more than once, and one without a listener ends the process.
  client.on('error', () => {});
  stream.on('error', () => {});

  let part: SshPart = 'banner';
  let at = performance.now();
  const begin = (next: SshPart): void => {
    part = next;
    at = performance.now();
    options.onPart?.(hop, next);
  };
  const add = (which: SshPart): void => {
    draft.ms[which] = (draft.ms[which] ?? 0) + (performance.now() - at);
  };
  let hostKeyFailure: SshFailure | null = null;
  let fingerprint = '';
  let silentHint: Promise<'postgres' | 'http' | null> | null = null;
  const probe = (): Promise<'postgres' | 'http' | null> =>
    (silentHint ??=
      hop === 0 && draft.address !== undefined ? whatListens(draft.address, draft.port) : Promise.resolve(null));

  return new Promise<LoggedIn>((resolve, reject) => {
    let over = false;
    const fail = (failure: SshFailure | Promise<SshFailure>): void => {
      if (over) return;
      over = true;
      clock.stop();
      add(part);
      options.signal?.removeEventListener('abort', onAbort);
      client.destroy();
      stream.destroy();
      Promise.resolve(failure).then(reject, reject);
    };
    const onAbort = (): void => fail(new SshFailure('ssh-aborted', part, hop, bastion));
    const greeting = async (fallback: string, raw: string): Promise<SshFailure> => {
      const first = hello.firstBytes();
      const code = greetingCode(first);
      if (code !== null && code !== 'ssh-closed-before-kex') {
        return new SshFailure(code, 'banner', hop, { ...bastion, received: printable(first) }, raw);
      }
      const stranger = code === null ? await probe() : null;
      if (stranger !== null)
        return new SshFailure(`ssh-port-is-${stranger}`, 'banner', hop, { ...bastion, received: '' }, raw);
      return new SshFailure(code ?? fallback, part, hop, { ...bastion, software: hello.ident() ?? '' }, raw);
    };
    const authFailure = (raw: string): SshFailure => {
      const own = plan.ownFailure();
      if (own !== null) return own;
      plan.refused();
      const { code, args } = loginFailure({
        bastion: draft.alias,
        user: settings.user.value,
        userFrom: settings.user.from,
        attempts: draft.attempts,
        serverMethods: draft.serverMethods,
        raw,
        stoppedAtLimit: plan.stoppedAtLimit(),
        hasPassword: options.password !== undefined,
      });
      // A key that could not be offered says more than "no key was offered".
      const [reason] = code === 'ssh-auth-no-key' ? notOffered : [];
      return reason ?? new SshFailure(code, 'auth', hop, { ...args, port: draft.port }, raw);
    };
    const explain = (said: string, closed: boolean): SshFailure | Promise<SshFailure> => {
      const raw = quiet(said);
      if (hostKeyFailure !== null) return hostKeyFailure;
      if (part === 'banner') return greeting(closed ? 'ssh-closed-at-once' : 'ssh-port-not-ssh', raw);
      if (part === 'auth') return authFailure(raw);
      if (closed || /^SSH-1\.(?!99)/.test(hello.ident() ?? '')) return greeting('ssh-closed-before-kex', raw);
      const { code, args } = kexCode(raw, hello.lists());
      return new SshFailure(code, 'kex', hop, { ...bastion, software: hello.ident() ?? '', ...args }, raw);
    };
    const clock = partClock(limitMs, () => {
      const code = { banner: 'ssh-silent', kex: 'ssh-kex-timeout', auth: 'ssh-auth-timeout' }[
        part as 'banner' | 'kex' | 'auth'
      ];
      const raw = `nothing for ${limitMs} ms`;
      fail(
        part === 'banner'
          ? greeting('ssh-silent', raw)
          : new SshFailure(code, part, hop, { ...bastion, user: settings.user.value }, raw),
      );
    });
    const onIdent = (ident: string): void => {
      draft.software = ident.replaceAll(/[^\u0020-\u007E]/g, '.').slice(0, 255);
      add('banner');
      begin('kex');
      clock.start();
    };
    const hello = tapServer(stream, onIdent, () => plan.prepare());
    let trust = (): void => {};
    const trusted = new Promise<void>((done) => (trust = done));
    const notOffered: SshFailure[] = [];
    const plan = planAuth({ settings, options, hop, draft, offered, notOffered, trusted, unhurried: clock.unhurried });

    client
      .on('error', (error: Error & { level?: string; code?: unknown }) => {
        // A missing agent is no end: the login goes on with what is left.
        if (error.level === 'agent') return;
        const raw = typeof error.code === 'string' ? error.code : error.message;
        fail(explain(raw, error.level === 'client-socket' || /Connection lost/.test(error.message)));
      })
      // A close without an error is a normal way to be turned away (measured: LoginGraceTime, MFA, balancers).
      .on('close', () => fail(explain('closed without a word', true)))
      .on('end', () => fail(explain('closed without a word', true)))
      .once('handshake', (negotiated) => {
        if (part === 'host-key') begin('kex');
        add('kex');
        draft.algorithms = {
          kex: negotiated.kex,
          hostKey: negotiated.serverHostKey,
          cipher: negotiated.cs.cipher,
          mac: negotiated.cs.mac === '' ? negotiated.cs.cipher : negotiated.cs.mac,
        };
        noteLegacy(draft);
        begin('auth');
        clock.start();
      })
      .once('ready', () => {
        if (over) return;
        over = true;
        clock.stop();
        add('auth');
        options.signal?.removeEventListener('abort', onAbort);
        plan.succeeded();
        policy.remember();
        client.once('hostkeys', () => {
          try {
            // What `ssh -N` sends: closes exec for good, and its packet carries the ACK that sshd's Nagle waits for. An answer
            // would be one more to be acknowledged, so none is asked for (ssh2's types know only the other way).
            (client as unknown as { openssh_noMoreSessions: () => void }).openssh_noMoreSessions();
          } catch {
            // Not an OpenSSH server: nothing is lost.
          }
        });
        resolve({ client, stream, hello, fingerprint, quiet });
      });
    options.signal?.addEventListener('abort', onAbort, { once: true });

    const verify = async (blob: Buffer): Promise<boolean> => {
      fingerprint = fingerprintOf(blob);
      add('kex');
      begin('host-key');
      clock.stop();
      try {
        const trustedBy = await policy.judge(blob);
        draft.hostKey = { type: keyTypeOf(blob), fingerprint, trustedBy };
        trust();
        return true;
      } catch (error) {
        hostKeyFailure = error as SshFailure;
        return false;
      } finally {
        add('host-key');
        if (hostKeyFailure === null) {
          begin('kex');
          clock.start();
        }
      }
    };
    options.onPart?.(hop, 'banner');
    clock.start();
    // It may have hung up before anybody listened: `end` and `close` are over then.
    if (stream.readableEnded || stream.destroyed) return fail(explain('closed without a word', true));
    try {
      client.connect({
        sock: stream,
        username: settings.user.value,
        readyTimeout: 0,
        hostVerifier: safeVerifier(verify),
        authHandler: plan.handler,
        debug: plan.onDebug,
        algorithms: acceptedAlgorithms(policy.algorithms, options),
        // Pings only: ssh2's own counting is replaced by liveness.ts (facts: it kills busy tunnels, one interval late).
        keepaliveInterval: options.keepaliveIntervalMs ?? settings.serverAliveIntervalMs ?? 30_000,
        keepaliveCountMax: 1_000_000_000,
      });
    } catch (error) {
      fail(
        new SshFailure(
          'ssh-login-failed',
          part,
          hop,
          { ...bastion, detail: (error as Error).message },
          (error as Error).message,
        ),
      );
    }
  });
}
