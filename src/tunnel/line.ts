import type { SshRoute } from '../connect/ssh/route.ts';
import { SshFailure } from '../failures/raw-errors.ts';
import type { Finding } from '../report/finding.ts';
import type { TunnelEvent } from './events.ts';

/** What a tunnel needs of a route; the system's ssh gives the same. */
export type Carrier = Pick<SshRoute, 'hops' | 'forwardChannel' | 'onLost' | 'ping' | 'close'>;

export interface LineOptions {
  /** Opens the route; `pins` are the host keys met at first, and no other will do later. */
  readonly open: (pins: readonly string[]) => Promise<Carrier>;
  readonly onEvent: (event: TunnelEvent) => void;
  /** Told when the line is lost, before anybody reconnects. */
  readonly onLost: () => number;
  /** Told when the line is lost for good. */
  readonly onFailed: (failure: SshFailure) => void;
}

/** A route that is replaced when it breaks. */
export interface Line {
  /** The route as soon as there is one; undefined after waitMs. */
  readonly carrier: (waitMs: number) => Promise<Carrier | undefined>;
  /** The link carried a client: it is a real one, and its loss is followed by an immediate new one. */
  readonly proved: () => void;
  readonly lastFailure: () => SshFailure | null;
  readonly close: () => Promise<void>;
}

/** So many links in a row may break unproved before we slow down. */
const QUICK_TRIES = 5;
const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 30_000;
/** A link that lived so long is a real one, also without clients. */
const PROVED_AFTER_MS = 30_000;

/** The wait before a reconnect: none at first, then doubling with ±50 % jitter up to half a minute. */
export function backoffMs(tries: number, random: number): number {
  if (tries < QUICK_TRIES) return 0;
  const base = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - QUICK_TRIES));
  return Math.round(base * (0.5 + random));
}

/** A refused login or an untrusted key does not get better by asking again, and asking again may lock us out. */
const isFinal = (failure: SshFailure): boolean => failure.part === 'auth' || failure.part === 'host-key';

export const findingOf = (failure: SshFailure): Finding => ({
  code: failure.code,
  stage: 'ssh',
  args: failure.args,
  ...(failure.raw === undefined ? {} : { raw: failure.raw }),
});

const asFailure = (error: unknown): SshFailure =>
  error instanceof SshFailure
    ? error
    : new SshFailure('ssh-login-failed', 'dns', 0, {
        bastion: '',
        detail: error instanceof Error ? error.message : String(error),
      });

/** The silence before a hang-up, in seconds; null where it was no hang-up, or came in the middle of traffic. */
function silenceBefore(failure: SshFailure): number | null {
  if (failure.code !== 'ssh-lost-closed' && failure.code !== 'ssh-lost-reset') return null;
  const silent = Number(failure.args['silent']);
  return silent >= 1 ? silent : null;
}

/** Two hang-ups in a row after the same silence (within 10 %): something cuts idle connections sooner than we ping. */
export function suspectIdleCut(before: number | null, failure: SshFailure): Finding | null {
  const gap = silenceBefore(failure);
  if (gap === null || before === null || Math.abs(gap - before) > gap * 0.1) return null;
  const { bastion = '', interval = 0 } = failure.args;
  const wanted = Math.max(1, Math.floor(gap / 2));
  return { code: 'tunnel-idle-suspected', stage: 'ssh', args: { bastion, interval, seconds: gap, wanted } };
}

/**
 * Keeps a line through the bastions: the first route is given; a lost one is replaced, at once at first and then with
 * growing patience. Every new route must show the host keys of the first.
 */
export function keepLine(first: Carrier, options: LineOptions): Line {
  const pins = first.hops.map(({ hostKey }) => hostKey?.fingerprint).filter((pin) => pin !== undefined);
  const waiting = new Set<(carrier: Carrier | undefined) => void>();
  let current: Carrier | null = null;
  let since = performance.now();
  let tries = 0;
  let last: SshFailure | null = null;
  let closed = false;
  let lastGap: number | null = null;
  let timer: NodeJS.Timeout | undefined;

  const adopt = (carrier: Carrier): void => {
    current = carrier;
    since = performance.now();
    for (const answer of waiting) answer(carrier);
    waiting.clear();
    carrier.onLost((failure) => {
      if (closed || current !== carrier) return;
      current = null;
      last = failure;
      options.onEvent({ event: 'lost', finding: findingOf(failure), clients: options.onLost() });
      const suspicion = suspectIdleCut(lastGap, failure);
      if (suspicion !== null) options.onEvent({ event: 'notice', finding: suspicion });
      lastGap = silenceBefore(failure);
      void carrier.close();
      if (performance.now() - since >= PROVED_AFTER_MS) tries = 0;
      again(performance.now());
    });
  };
  const again = (lostAt: number): void => {
    const inMs = backoffMs(tries, Math.random());
    tries += 1;
    const attempt = tries;
    options.onEvent({ event: 'reconnecting', attempt, inMs, ...(last === null ? {} : { finding: findingOf(last) }) });
    timer = setTimeout(() => {
      options.open(pins).then(
        (carrier) => {
          if (closed) return void carrier.close();
          options.onEvent({ event: 'reconnected', attempt, ms: performance.now() - lostAt });
          return adopt(carrier);
        },
        (error: unknown) => {
          if (closed) return;
          last = asFailure(error);
          if (isFinal(last)) options.onFailed(last);
          else again(lostAt);
        },
      );
    }, inMs);
  };
  adopt(first);
  return {
    carrier: (waitMs) => {
      if (current !== null || closed) return Promise.resolve(current ?? undefined);
      return new Promise((resolve) => {
        const answer = (carrier: Carrier | undefined): void => {
          clearTimeout(limit);
          waiting.delete(answer);
          resolve(carrier);
        };
        const limit = setTimeout(() => answer(undefined), waitMs);
        waiting.add(answer);
      });
    },
    proved: () => {
      tries = 0;
    },
    lastFailure: () => last,
    close: async () => {
      closed = true;
      clearTimeout(timer);
      for (const answer of waiting) answer(undefined);
      await current?.close();
    },
  };
}
