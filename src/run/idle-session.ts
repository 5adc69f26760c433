import { channelEnding } from '../connect/ssh/channel-stream.ts';
import type { SshRoute } from '../connect/ssh/route.ts';
import type { ByteStream } from '../connect/types.ts';
import { connect } from '../probes/connect.ts';
import type { ConnectionEvidence } from '../probes/connection-evidence.ts';
import type { Finding } from '../report/finding.ts';
import { STAGES } from '../report/finding.ts';
import type { ResolvedTarget } from '../target/types.ts';
import type { IdleSession } from '../tunnel/idle-hold.ts';
import type { NoSession } from '../tunnel/idle-test.ts';

export interface IdleLoginOptions {
  readonly connectTimeoutMs: number;
  /** How long the session may live, in ms. */
  readonly lifeMs: number;
  readonly signal?: AbortSignal;
}

const SETTING_SQL =
  "select current_setting(name), source from pg_catalog.pg_settings where name = 'idle_session_timeout'";

function failureOf(evidence: ConnectionEvidence): Finding {
  for (const stage of STAGES) {
    const observed = stage in evidence ? evidence[stage as keyof ConnectionEvidence] : null;
    if (observed !== null && 'state' in observed && observed.state === 'failed' && observed.failures[0] !== undefined)
      return observed.failures[0];
  }
  return { code: 'internal-unknown-failure', stage: 'login', args: { detail: 'no session' } };
}

/**
 * Logs in as `test` does (hosts, TLS, authentication), in order to hold the session.
 * @param route the way through the bastions, which stays open; null without any
 */
export async function openIdleSession(
  { target, secrets }: ResolvedTarget,
  route: SshRoute | null,
  tcpKeepAliveMs: number,
  options: IdleLoginOptions,
): Promise<IdleSession | NoSession> {
  let channel: ByteStream | null = null;
  const carried = route === null ? null : shared(route, (stream) => (channel = stream));
  const { session, evidence } = await connect(target, secrets, {
    connectTimeoutMs: options.connectTimeoutMs,
    deadline: performance.now() + options.lifeMs,
    applicationName: 'pgmedic idle test',
    ...(tcpKeepAliveMs > 0 ? { tcpKeepAliveMs } : {}),
    ...(carried === null ? {} : { openRoute: () => Promise.resolve(carried) }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (session === null) return { refused: failureOf(evidence) };
  // PostgreSQL before 14 has no such setting, and a pooler's console has no such view.
  const [row] = await session.query(SETTING_SQL, { timeoutMs: options.connectTimeoutMs }).then(
    ({ rows }) => rows,
    () => [],
  );
  const [setting = null, source = null] = row ?? [];
  return {
    session,
    ending: () => (channel === null ? null : channelEnding(channel)),
    idleTimeout: setting === null ? null : { setting, source: source ?? '' },
  };
}

/** The route for one login: its streams are seen, and it is not closed with the session. */
const shared = (route: SshRoute, onStream: (stream: ByteStream) => void): SshRoute => ({
  ...route,
  forward: async (host, port, timeoutMs) => {
    const stream = await route.forward(host, port, timeoutMs);
    onStream(stream);
    return stream;
  },
  close: () => Promise.resolve(),
});
