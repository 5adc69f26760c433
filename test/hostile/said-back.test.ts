import { describe, expect, it } from 'vitest';
import { authRequest, type Fault, message, scripted, startFaultyPeer, welcome } from '../support/faulty-peer.ts';
import { boundedRun } from './bounded-run.ts';
import { complete, columns, dataRow, errorOf, parameter, ready } from './hostile-postgres.ts';
import { MARKS, marksIn } from './marks.ts';

const { secret } = MARKS.plain;

/** Asks for the password in the clear, and answers with something that is made of it. */
const asks = (answer: (password: string) => Buffer, query: (password: string) => Buffer): Fault => {
  let said = '';
  return scripted({
    packet(socket, bytes, count) {
      if (count === 0) return void socket.write(authRequest(3));
      if (count === 1) said = bytes.toString('utf8', 5, bytes.length - 1);
      socket.write(count === 1 ? answer(said) : query(said));
      return undefined;
    },
  });
};
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const hex = (text: string): string => Buffer.from(text).toString('hex');
const refuse = (password: string): Buffer => Buffer.concat([errorOf(`denied: ${password}`, '42501'), ready()]);
const rows = (password: string): Buffer => {
  const names = Array.from({ length: 40 }, (_, at) => `c${at}`);
  const answer = [columns(names), dataRow(names.map(() => password)), complete(), ready()];
  return Buffer.concat([complete('BEGIN'), ready(), ...answer, complete('COMMIT'), ready()]);
};

/** Servers that say the password back: into a log it must not come. */
const ECHOES: Readonly<Record<string, Fault>> = {
  'in a refusal': asks((password) => errorOf(`no such password: ${password}`, '28P01'), refuse),
  'in base64': asks((password) => errorOf(`no such password: ${base64(password)}`, '28P01'), refuse),
  'in hex': asks((password) => errorOf(`no such password: ${hex(password)}`, '28P01'), refuse),
  'as the names of a refusal': asks(
    (password) => errorOf(`no pg_hba.conf entry for host "${password}", user "${password}"`, '28000'),
    refuse,
  ),
  'as its version and its parameters': asks(
    (password) =>
      Buffer.concat([parameter('server_version', `18.${password}`), parameter('TimeZone', password), welcome()]),
    refuse,
  ),
  'in every value of its rows': asks(() => welcome(), rows),
  'as a message of its own': asks((password) => message('X', password), refuse),
};

describe.concurrent.each(Object.entries(ECHOES))('a server that says the password back, %s', (_, fault) => {
  it.each(['test', 'grants', 'sql'])('%s prints it nowhere', async (command) => {
    const peer = await startFaultyPeer(fault);
    try {
      const need = command === 'test' ? [] : ['--need', 'read'];
      const target = [`postgres://me@127.0.0.1:${peer.port}/db`, '--sslmode', 'disable', '--timeout', '5s'];
      for (const format of ['table', 'json', 'junit', 'markdown']) {
        const run = await boundedRun([command, ...target, ...need, '-o', format, '-v', '--debug'], {
          env: { PGPASSWORD: secret },
        });
        expect(marksIn(run.stdout + run.stderr)).toEqual([]);
        expect([1, 2]).toContain(run.code);
      }
    } finally {
      await peer.stop();
    }
  });
});
