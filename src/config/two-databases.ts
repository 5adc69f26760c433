import { type Found, connectionsOf } from './found.ts';

/** `database` is another name of `dbname`: with both, nobody can say which is meant. */
export const twoDatabases = (raw: unknown): Found[] =>
  connectionsOf(raw)
    .filter(([, { database, dbname }]) => database !== undefined && dbname !== undefined)
    .map(([name]) => ({
      path: ['connections', name, 'dbname'],
      message: 'database and dbname are the same; write one of them',
      onKey: true,
    }));
