import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseServiceFile } from '../../src/target/service-file.ts';
import { TargetError } from '../../src/target/target-error.ts';
import { refusalCode, refusalOf, resolveIn, shown } from './outcomes.ts';
import { textWorld } from './world.ts';

function read(text: string): Record<string, string> | null {
  try {
    return parseServiceFile(text, 'svc', '/svc.conf') ?? null;
  } catch (error) {
    if (error instanceof TargetError) return null;
    throw error;
  }
}

describe('service files on which libpq 18.4 was asked', () => {
  const file = new URL('libpq-service-answers.json', import.meta.url);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of this folder
  const answers = JSON.parse(readFileSync(file, 'utf8')) as readonly [string, unknown][];
  it.each(answers)('%j', (text, answer) => {
    const values = read(text);
    // libpq was asked after it had put its defaults in, where an empty user is none.
    const { user, ...others } = { ...values };
    expect(values === null ? null : { ...others, ...(user ? { user } : {}) }).toEqual(answer);
  });
});

describe('where a service is looked for', () => {
  const home = '/home/me/.pg_service.conf';
  const world = textWorld({
    [home]: '[mine]\nhost=home\n',
    '/named.conf': '[named]\nhost=named\n',
    '/sys/pg_service.conf': '[mine]\nhost=system\n[shared]\nhost=shared\nuser=\n',
    '/etc/postgresql-common/pg_service.conf': '[debian]\nhost=debian\n',
  });
  const env = { PGSYSCONFDIR: '/sys' };

  it.each([
    ['the home’s file', 'mine', {}, 'home (service:mine)'],
    ['the system’s file', 'shared', env, 'shared (service:shared)'],
    ['the home’s file before the system’s', 'mine', env, 'home (service:mine)'],
    ['PGSERVICEFILE', 'named', { PGSERVICEFILE: '/named.conf' }, 'named (service:named)'],
    [
      'the system’s file after PGSERVICEFILE',
      'mine',
      { ...env, PGSERVICEFILE: '/named.conf' },
      'system (service:mine)',
    ],
    ['the folder of Debian’s libpq without PGSYSCONFDIR', 'debian', {}, 'debian (service:debian)'],
  ])('%s', (_, service, variables, host) => {
    expect(shown(resolveIn(world, { conninfo: `service=${service}`, env: variables }), 'host')).toBe(host);
    expect(shown(resolveIn(world, { env: { ...variables, PGSERVICE: service } }), 'host')).toBe(host);
  });

  it('refuses a service that no file defines, and names the files', () => {
    const error = refusalOf(() => resolveIn(world, { conninfo: 'service=nowhere', env }));
    expect(error.code).toBe('target-service-not-found');
    expect(error.message).toContain('/home/me/.pg_service.conf, /sys/pg_service.conf');
  });

  it('takes the empty PGSERVICE for the name of a service', () =>
    expect(refusalCode(() => resolveIn(world, { env: { PGSERVICE: '' } }))).toBe('target-service-not-found'));

  it('refuses a PGSERVICEFILE that is missing, but only if a service is asked for', () => {
    const missing = { PGSERVICEFILE: '/none' };
    expect(refusalCode(() => resolveIn(world, { conninfo: 'service=mine', env: missing }))).toBe(
      'target-service-file-missing',
    );
    expect(shown(resolveIn(world, { conninfo: 'host=h', env: missing }), 'host')).toBe('h (conninfo)');
  });

  it.each([
    ['host', 'target-service-syntax'],
    ['host =h', 'target-service-keyword-unknown'],
    ['service=x', 'target-service-nested'],
    [`user=${'x'.repeat(1018)}`, 'target-service-line-long'],
  ])('names file and line of the fault %j', (line, code) => {
    const faulty = textWorld({ [home]: `[svc]\n\n${line}\n` });
    const error = refusalOf(() => resolveIn(faulty, { conninfo: 'service=svc' }));
    expect(error.code).toBe(code);
    expect(error.args).toMatchObject({ file: home, line: 3 });
  });

  it('is beaten by the connection string and beats the environment, with empty values too', () => {
    const resolved = resolveIn(world, {
      conninfo: 'service=shared host=mine',
      env: { ...env, PGUSER: 'env-user', PGHOST: 'env-host' },
    });
    expect(shown(resolved, 'host')).toBe('mine (conninfo)');
    expect(shown(resolved, 'user')).toBe('os-user (default)');
  });
});
