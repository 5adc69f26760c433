import type { Session } from '../connect/types.ts';
import { Refusal } from '../failures/raw-errors.ts';

/**
 * Whether the server is of the kind that target_session_attrs asks for. From PostgreSQL 14 on the start-up messages
 * tell (no round trip); before, one query does. Null: it is.
 */
export async function rejectedBySessionAttributes(
  session: Session,
  wanted: string,
  timeoutMs: number,
): Promise<Refusal | null> {
  if (wanted === 'any' || wanted === '') return null;
  let standby = session.parameters.get('in_hot_standby');
  let readOnly = session.parameters.get('default_transaction_read_only');
  if (standby === undefined || readOnly === undefined) {
    const { rows } = await session.query(
      `select case when pg_catalog.pg_is_in_recovery() then 'on' else 'off' end, pg_catalog.current_setting('transaction_read_only')`,
      { timeoutMs },
    );
    standby = rows[0]?.[0] ?? 'off';
    readOnly = rows[0]?.[1] ?? 'off';
  }
  const isStandby = standby === 'on';
  const isReadOnly = isStandby || readOnly === 'on';
  const refuse = (seen: string): Refusal =>
    new Refusal('server-session-attributes', `session is ${seen}`, { wanted, seen });
  if (wanted === 'read-write' && isReadOnly) return refuse('read-only');
  if (wanted === 'read-only' && !isReadOnly) return refuse('not read-only');
  if (wanted === 'primary' && isStandby) return refuse('in hot standby mode');
  if (wanted === 'standby' && !isStandby) return refuse('not in hot standby mode');
  return null;
}
