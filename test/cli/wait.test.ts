import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settleWait } from '../../src/cli/wait-argument.ts';
import { errorResponse, scripted, startFaultyPeer, welcome } from '../support/faulty-peer.ts';
import { type PostgresServer, freePort, startPostgres } from '../support/postgres.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { runCli } from '../support/run-cli.ts';

describe('the words of --wait', () => {
  test.each([
    [
      ['test', '--wait'],
      ['test', '--wait=5m'],
    ],
    [
      ['test', '--wait', 'postgres://h/d'],
      ['test', '--wait=5m', 'postgres://h/d'],
    ],
    [
      ['test', '--wait', '-h', 'x'],
      ['test', '--wait=5m', '-h', 'x'],
    ],
    [
      ['test', '--wait', '30s', 'postgres://h/d'],
      ['test', '--wait', '30s', 'postgres://h/d'],
    ],
    [
      ['test', '--wait=90', 'x'],
      ['test', '--wait=90', 'x'],
    ],
    [
      ['tunnel', '--', 'x', '--wait'],
      ['tunnel', '--', 'x', '--wait'],
    ],
    [
      ['tunnel', '--wait', '--', '5m'],
      ['tunnel', '--wait=5m', '--', '5m'],
    ],
  ])('%j', (given, settled) => {
    expect(settleWait(given)).toEqual(settled);
  });

  test('what is no duration is bad usage', async () => {
    const run = await runCli(['test', '--wait=soon', '-h', '127.0.0.1']);
    expect(run.code).toBe(64);
    expect(run.stderr).toContain('duration');
  });
});

describe('--wait tries again', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ hba: ['host all all all scram-sha-256'] });
    await server.sql(`create role app login password 'right'`);
  });
  afterAll(() => server.stop());

  test('until a server that starts up is ready, and says once what is in the way', async () => {
    let count = 0;
    const peer = await startFaultyPeer(
      scripted({
        packet: (socket, _, packets) => {
          if (packets > 0) return;
          count++;
          if (count < 3) socket.end(errorResponse('57P03', 'the database system is starting up'));
          else socket.write(welcome());
        },
      }),
    );
    const run = await runCli([
      'test',
      '--json',
      '--wait=20s',
      '--timeout',
      '3s',
      '-h',
      '127.0.0.1',
      '-p',
      String(peer.port),
      '-U',
      'app',
      '--sslmode',
      'disable',
    ]);
    await peer.stop();
    expect(count).toBe(3);
    const report = run.report();
    expect(report.results.find(({ id }) => id === 'login')?.status).toBe('pass');
    expect(report.tries).toBe(3);
    expect(report.durationMs).toBeGreaterThan(1500); // the first two pauses
    expect(schemaErrors(report)).toEqual([]);
    expect(run.stderr.match(/waiting: The server is starting up/g)).toHaveLength(1);
  });

  test('never after a rejected password', async () => {
    const before = server.log().split('password authentication failed').length;
    const run = await runCli(['test', '--json', '--wait=20s', server.uri('app', 'wrong')]);
    expect(run.code).toBe(2);
    expect(run.report().verdict.code).toBe('auth-password-rejected');
    expect(run.stderr).not.toContain('waiting');
    expect(server.log().split('password authentication failed').length).toBe(before + 1);
  });

  test('no longer than told: a refused port ends with its own report', async () => {
    const port = await freePort();
    const refused = ['-h', '127.0.0.1', '-p', String(port), '-U', 'app'];
    const run = await runCli(['test', '--json', '--wait', '1s', ...refused]);
    expect(run.code).toBe(2);
    const { verdict, tries, durationMs } = run.report();
    expect(verdict.code).toBe('tcp-refused');
    expect(tries).toBe(3); // at once, after the first pause, and at the end
    expect(durationMs).toBeGreaterThanOrEqual(999);
    expect(run.stderr.match(/waiting/g)).toHaveLength(1);
  });

  test('also for a bastion that is not up yet, before the tunnel stands', async () => {
    const port = await freePort();
    const flags = ['--ssh', `me@127.0.0.1:${port}`, '--ssh-config', 'none', '-h', 'database.internal', '-U', 'app'];
    const run = await runCli(['tunnel', '--wait=2s', ...flags]);
    expect(run.code).toBe(2);
    expect(run.stderr.match(/waiting: /g)).toHaveLength(1);
  });
});
