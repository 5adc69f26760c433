import type { Session } from '../connect/types.ts';
import { type FailureContext } from '../failures/context.ts';
import { PeerError, ServerError } from '../failures/raw-errors.ts';
import type { Finding } from '../report/finding.ts';
import type { Observation, ServerFacts } from './evidence.ts';
import { END_READ_ONLY, beginReadOnly } from './read-only.ts';
import { BASIC_STATE_SQL, SERVER_STATE_SQL, readBasicState, readServerState } from './server-state.ts';
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
      const texts = [beginReadOnly(timeoutMs - 500), SERVER_STATE_SQL, END_READ_ONLY];
      const sentAt = Date.now();
      const start = performance.now();
      const [begun, state] = await session.pipeline(texts, [], { timeoutMs });
      const roundTripMs = performance.now() - start;
      if (begun?.status === 'rejected' || state?.status === 'rejected') {
        const refusal: unknown =
          begun?.status === 'rejected' ? begun.reason : state?.status === 'rejected' ? state.reason : null;
        return await basics(session, refusal, roundTripMs, timeoutMs);
      }
      const row = state?.status === 'fulfilled' ? state.value.rows[0] : undefined;
      if (row === undefined) throw new PeerError('unexpected', 'the server answered a one-row query without a row');
      return readServerState(row, session, { sentAt, receivedAt: Date.now(), roundTripMs });
    });
    return { state: 'seen', facts, ms: timeline.ms('server'), notes };
  } catch (error) {
    const { nameFailure } = await import('./explain-failure.ts');
    return { state: 'failed', failures: [nameFailure(error, context)], ms: timeline.ms('server') };
  }
}

/** Errors that mean "not this PostgreSQL" rather than "not now": syntax, unknown names, missing features, missing rights. */
const NOT_UNDERSTOOD = /^(42|0A|22|08P01$|XX)/;

/** The short question, for a server that did not understand the long one. */
async function basics(
  session: Session,
  refusal: unknown,
  roundTripMs: number,
  timeoutMs: number,
): Promise<ServerFacts> {
  if (!(refusal instanceof ServerError) || !NOT_UNDERSTOOD.test(refusal.fields.sqlstate)) throw refusal;
  const row = await session.query(BASIC_STATE_SQL, { timeoutMs }).then(
    ({ rows }) => rows[0] ?? [],
    (error: unknown) => {
      // Even that was refused: the start-up messages still tell what it is.
      if (error instanceof ServerError) return [];
      throw error;
    },
  );
  return readBasicState(row, session, roundTripMs, refusal.fields.message);
}
