import pg from 'pg';
import type { PostgresServer } from '../support/postgres.ts';

/** An open session of a role that needs no password, to take a slot. */
export async function startDatabaseClient(
  server: PostgresServer,
  user: string,
  host = '127.0.0.1',
  database = 'shop',
): Promise<pg.Client> {
  const name = host === '127.0.0.1' ? user : 'postgres';
  const client = new pg.Client({ host, port: server.port, user: name, database, password: '' });
  client.on('error', () => {});
  await client.connect();
  await client.query('select 1'); // a pooler gives a server only now
  return client;
}
