import pg from 'pg';
import type { PostgresServer } from '../support/postgres.ts';

/** An open session of a role that needs no password, to take a slot. */
export async function startDatabaseClient(server: PostgresServer, user: string): Promise<pg.Client> {
  const client = new pg.Client({ host: '127.0.0.1', port: server.port, user, database: 'shop', password: '' });
  client.on('error', () => {});
  await client.connect();
  return client;
}
