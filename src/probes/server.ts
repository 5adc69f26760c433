import type { Session } from '../connect/types.ts';
import { type FailureContext } from '../failures/context.ts';
import { nameFailure } from '../failures/name-failure.ts';
import { PeerError } from '../failures/raw-errors.ts';
import type { Finding } from '../report/finding.ts';
import type { Observation, ServerFacts } from './evidence.ts';
import { END_READ_ONLY, beginReadOnly } from './read-only.ts';
import { SERVER_STATE_SQL, readServerState } from './server-state.ts';
import type { Timeline } from './timeline.ts';

/**
 * Observes the server's state with one round trip: the whole READ ONLY transaction is sent in one write.
 * @param timeoutMs for the server (statement_timeout) and for us, when it does not answer.
 * @param notes what was noticed of the server before.
 */
export async function observeServer(
  session: Session,
  timeline: Timeline,
  context: FailureContext,
  timeoutMs: number,
  notes: readonly Finding[],
): Promise<Observation<ServerFacts>> {
  try {
    const facts = await timeline.spend('server', async () => {
      const texts = [beginReadOnly(timeoutMs), SERVER_STATE_SQL, END_READ_ONLY];
      const sentAt = Date.now();
      const start = performance.now();
      const [begun, state] = await session.pipeline(texts, [], { timeoutMs });
      const roundTripMs = performance.now() - start;
      for (const outcome of [begun, state]) if (outcome?.status === 'rejected') throw outcome.reason;
      const row = state?.status === 'fulfilled' ? state.value.rows[0] : undefined;
      if (row === undefined) throw new PeerError('unexpected', 'the server answered a one-row query without a row');
      return readServerState(row, session, { sentAt, receivedAt: Date.now(), roundTripMs });
    });
    return { state: 'seen', facts, ms: timeline.ms('server'), notes };
  } catch (error) {
    return { state: 'failed', failures: [nameFailure(error, context)], ms: timeline.ms('server') };
  }
}
