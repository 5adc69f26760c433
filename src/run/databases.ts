import { psqlArgs } from '../failures/context.ts';
import { nameFailure } from '../failures/name-failure.ts';
import type { Finding } from '../report/finding.ts';
import { meantName } from '../grants/meant-name.ts';
import { END_READ_ONLY, beginReadOnly } from '../probes/read-only.ts';
import type { GrantsOutcome, GrantsRequest, GrantsSource } from './grants-request.ts';

/** Everybody may read pg_database; where a managed service forbids it, that is said as a finding. */
const DATABASES_SQL = `select datname, datallowconn, datistemplate from pg_catalog.pg_database order by datname`;

/** Why a database is not looked at; null: it is. */
function leftOutFor(allowed: string | null | undefined, template: string | null | undefined): string | null {
  if (allowed !== 't') return 'it takes no connections (datallowconn is false)';
  return template === 't' ? 'it is a template, from which new databases are made' : null;
}

export interface LeftOut {
  readonly name: string;
  readonly why: string;
}

export interface DatabaseLister {
  readonly request: GrantsRequest;
  /** The databases that match, once the request has run. */
  readonly chosen: () => readonly string[];
  /** Those that match and are left out nevertheless, each with the reason. */
  readonly leftOut: () => readonly LeftOut[];
  /** Whether the database that lists was chosen itself, and examined over the same connection. */
  readonly examinedOwn: () => boolean;
}

/**
 * Lists the databases of a cluster; a pattern that matches none is a finding. No pattern: all of them. Where the database
 * of the connection is among them, `own` runs at once: nobody logs in to one database twice.
 */
export function databaseLister(
  patterns: readonly { readonly text: string; readonly regex: RegExp }[],
  own: GrantsRequest,
): DatabaseLister {
  let chosen: readonly string[] = [];
  let leftOut: readonly LeftOut[] = [];
  let examinedOwn = false;
  const run = async (source: GrantsSource): Promise<GrantsOutcome> => {
    const { session, statementMs, context } = source;
    const draft = { id: 'grants', stage: 'grants', title: 'the databases can be listed' } as const;
    const [, answer] = await session.pipeline([beginReadOnly(statementMs), DATABASES_SQL, END_READ_ONLY], [], {
      timeoutMs: statementMs,
    });
    if (answer?.status !== 'fulfilled') {
      return { drafts: [{ ...draft, findings: [nameFailure(answer?.reason, { ...context, stage: 'grants' })] }] };
    }
    const found = answer.value.rows.map(([name, allowed, template]) => ({
      name: name ?? '',
      why: leftOutFor(allowed, template),
    }));
    const asked = found.filter(({ name }) => patterns.length === 0 || patterns.some(({ regex }) => regex.test(name)));
    const all = found.filter(({ why }) => why === null).map(({ name }) => name);
    chosen = asked.filter(({ why }) => why === null).map(({ name }) => name);
    leftOut = asked.flatMap(({ name, why }) => (why === null ? [] : [{ name, why }]));
    const findings = patterns
      .filter(({ regex }) => !all.some((name) => regex.test(name)))
      .map(({ text }): Finding => ({
        code: 'filter-matches-nothing',
        stage: 'grants',
        args: {
          ...{ option: '--database', pattern: text, place: 'cluster', hint: meantName(text, all) },
          ...{ listing: String.raw`\l`, ...psqlArgs(context) },
        },
      }));
    if (findings.length > 0 || !chosen.includes(context.database)) return { drafts: [{ ...draft, findings }] };
    examinedOwn = true;
    return own.run(source);
  };
  const load = own.load === undefined ? {} : { load: own.load };
  return { request: { ...load, run }, chosen: () => chosen, leftOut: () => leftOut, examinedOwn: () => examinedOwn };
}
