import type { Acl } from '../grants/acl.ts';
import { DATABASE_ACL_SQL, readDatabaseAcl } from '../grants/database-acl.ts';
import { END_READ_ONLY, beginReadOnly } from '../probes/read-only.ts';
import type { GrantsSource } from './grants-request.ts';

/** The database's own list. Null: the built-in default, or it may not be read. */
export async function readDatabaseList({
  session,
  statementMs,
}: Pick<GrantsSource, 'session' | 'statementMs'>): Promise<Acl | null> {
  const [, answer] = await session.pipeline([beginReadOnly(statementMs), DATABASE_ACL_SQL, END_READ_ONLY]);
  return readDatabaseAcl(answer?.status === 'fulfilled' ? answer.value.rows[0]?.[0] : null);
}
