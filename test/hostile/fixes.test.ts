import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/checks/catalogue.ts';
import type { FailureContext } from '../../src/failures/context.ts';
import { nameFailure } from '../../src/failures/name-failure.ts';
import { PeerError, ServerError, StageTimeout } from '../../src/failures/raw-errors.ts';
import { STAGES } from '../../src/report/finding.ts';
import { quoteIdentifier, quoteLiteral } from '../../src/report/sql-quoting.ts';
import { fillFix, word } from '../../src/report/words.ts';
import { resolveWith } from '../../src/target/resolve.ts';
import { TargetError } from '../../src/target/target-error.ts';
import { textWorld } from '../target/world.ts';
import names from './corpus/names.json' with { type: 'json' };
import { pasteInto } from './paste.ts';

const HOSTILE = [...names.shell, ...names.sql, ...names.terminal];
const SHELLS = ['/bin/bash', '/bin/sh'];

const contextOf = (name: string, stage: FailureContext['stage']): FailureContext => ({
  stage,
  host: name,
  address: name,
  port: 5432,
  user: name,
  database: name,
  sslmode: 'prefer',
  encrypted: false,
  passwordFrom: 'none',
  bastion: name,
  localAddress: '192.0.2.7',
});

/** Arguments of the kinds that a template may hold, all made of one hostile name. */
function argsFor(template: string, name: string): Record<string, string> {
  const args: Record<string, string> = {};
  for (const [, key = ''] of template.matchAll(/\{(\w+)\}/g)) {
    if (/^sql[A-Z]|Ident$/.test(key)) args[key] = quoteIdentifier(name);
    else if (key.endsWith('Literal')) args[key] = quoteLiteral(name);
    else if (/dvice$|^remedy$|^fromWhere$|^firewall$|^allowed$|^instead$|^askWhom$|Line$|^tools$/.test(key))
      args[key] = '…';
    else args[key] = name;
  }
  return args;
}

const ERRNOS =
  'ENOTFOUND EAI_AGAIN ECONNREFUSED ETIMEDOUT EHOSTUNREACH ENETUNREACH ECONNRESET EPIPE EACCES ENOENT EPERM';
const SQLSTATES = '28P01 28000 3D000 42501 53300 57P03 08P01 08004 55000 22023 42704 0A000 XX000 28P02';
const PEERS = ['closed', 'foreign', 'oversized', 'unexpected', 'extra-after-ssl', 'unsupported-auth'] as const;

function* failures(name: string): Generator {
  for (const code of ERRNOS.split(' ')) yield Object.assign(new Error(`${code} ${name}`), { code });
  for (const sqlstate of SQLSTATES.split(' ')) {
    for (const message of [name, `no pg_hba.conf entry for host "${name}", user "${name}", database "${name}"`])
      yield new ServerError({ severity: 'FATAL', sqlstate, message, routine: 'x' });
  }
  for (const fault of PEERS) yield new PeerError(fault, name, Buffer.from(name));
  for (const kind of ['http', 'ssh', 'mysql', 'unknown']) yield new PeerError('foreign', kind, Buffer.from(name));
  for (const stage of STAGES) yield new StageTimeout(stage, 1, name);
}

describe.each(SHELLS)('a fix pasted into %s runs nothing that a name brings along', (shell) => {
  it('whatever the arguments of its template are', () => {
    const fixes = Object.values(CATALOGUE).flatMap(({ fix }) =>
      fix.includes('{') ? HOSTILE.map((name) => fillFix(fix, argsFor(fix, name))) : [],
    );
    expect(fixes.length).toBeGreaterThan(1000);
    expect(pasteInto(shell, fixes)).toEqual([]);
  }, 300_000);

  it('where it is put together for a failure', () => {
    const fixes = HOSTILE.flatMap((name) =>
      [...failures(name)].flatMap((error) =>
        (['dns', 'tcp', 'login', 'server'] as const).map((stage) => {
          const finding = nameFailure(error, contextOf(name, stage));
          return word(finding, CATALOGUE).fix;
        }),
      ),
    );
    expect(pasteInto(shell, fixes)).toEqual([]);
  }, 300_000);

  it('where it is a repaired connection string', () => {
    const fixes = HOSTILE.flatMap((name) =>
      [
        `postgresql://${name}@${name}/${name}`,
        `postgres+x://${name}:pw@h/${name}`,
        `host=${name} user=${name} dbname=${name}`,
        `host='${name}' user='${name}' sslmode=${name}`,
        `jdbc:postgresql://${name}/${name}?user=${name}`,
        `Host=${name};Username=${name};Database=${name}`,
        `"postgres://u:p@${name}/${name}"`,
        name,
      ].flatMap((conninfo) => {
        try {
          const { target } = resolveWith(
            { conninfo, argv: true, env: { PGSERVICE: '', PGPASSFILE: name } },
            textWorld(),
          );
          return target.notices.map((notice) => word({ ...notice, stage: 'config' }, CATALOGUE).fix);
        } catch (error) {
          if (!(error instanceof TargetError)) throw error;
          return [word({ code: error.code, stage: 'config', args: error.args }, CATALOGUE).fix];
        }
      }),
    );
    expect(pasteInto(shell, fixes)).toEqual([]);
  }, 300_000);
});

it('finds what does run, so that the tests above can fail', () => {
  expect(pasteInto('/bin/sh', ['Run: echo `touch x`', "Run: echo '`touch x`'"])).toHaveLength(2);
});
