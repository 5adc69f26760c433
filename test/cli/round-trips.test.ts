import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthority, type Authority } from '../support/certificates.ts';
import { type DelayProxy, startDelayProxy } from '../support/delay-proxy.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { runCli } from '../support/run-cli.ts';

let authority: Authority;
let server: PostgresServer;
let link: DelayProxy;

beforeAll(async () => {
  authority = createAuthority();
  server = await startPostgres({ ssl: authority.issue({ commonName: 'localhost', names: ['DNS:localhost'] }) });
  await server.sql(`create role app login password 'secret'; create table t (id int); grant select on t to app`);
  // Long enough for the code of `grants` to be loaded on its way: on a shorter link it may come one turn later.
  link = await startDelayProxy(server.port, 60);
});
afterAll(async () => {
  link.stop();
  await server.stop();
  authority.remove();
});

/** Turns of a run: what was sent after an answer, the goodbye included, which nobody waits for. */
async function turnsOf(command: string, ...options: readonly string[]): Promise<number> {
  link.reset();
  const place = ['-h', '127.0.0.1', '-p', String(link.port), '-U', 'app', '-d', 'postgres'];
  const { code, stderr } = await runCli([command, ...place, ...options], { env: { PGPASSWORD: 'secret' } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(link.connections()).toBe(1);
  return link.turns();
}

// SSLRequest, ClientHello, Finished with the start-up packet, SASL initial, SASL final, one query, goodbye: as psql does.
test('the command test over TLS 1.3 with SCRAM: as many as libpq for a login and one query', async () => {
  expect(await turnsOf('test', '--sslmode', 'require')).toBe(7);
});

test('direct TLS spares the SSLRequest', async () => {
  expect(await turnsOf('test', '--sslmode', 'require', '--sslnegotiation', 'direct')).toBe(6);
});

test('without TLS: no handshake', async () => {
  expect(await turnsOf('test', '--sslmode', 'disable')).toBe(5);
});

test('grants: no more than test, however many catalogue queries', async () => {
  expect(await turnsOf('grants', '--sslmode', 'require')).toBe(7);
});
