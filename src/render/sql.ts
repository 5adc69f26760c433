import type { Report, Statement } from '../report/report.ts';
import { isGap } from '../report/late-finding.ts';
import { forTerminal } from './escape.ts';

/** What the script is for; it decides the words at its top. */
export type ScriptMode = 'grant' | 'revoke';

/** How many of the things that a statement closes are named beside it. */
const NAMED = 4;

/**
 * The report of `sql` as a script for `psql -f -`: statements, and comments that begin with `--` and stay on their
 * line. ASCII but for names, so that it is valid in every encoding; where a name is not, the script says so to the server.
 */
export function renderSql(report: Report, mode: ScriptMode): string {
  const lines = [
    ...heading(report, mode),
    ...groups(report.statements ?? []),
    ...unsolved(report, mode),
    ...verified(report),
  ];
  const text = `${lines.join('\n')}\n`;
  return /[^\u0000-\u007f]/.test(text) ? `SET client_encoding = 'UTF8';\n${text}` : text;
}

/** How many findings of a rehearsal are written out. */
const SHOWN = 20;

const comment = (text: string): string => `-- ${forTerminal(text)}`;

function heading(report: Report, mode: ScriptMode): string[] {
  const { grants, statements = [] } = report;
  if (grants === undefined) {
    const { verdict } = report;
    const fix = verdict.fix === null ? [] : [comment(verdict.fix)];
    return [comment(`pgmedic sql: nothing was judged. ${verdict.message}`), ...fix];
  }
  const who = `role ${grants.role} in database ${grants.database}`;
  const count = statements.length === 1 ? '1 statement' : `${statements.length} statements`;
  const summary = report.results.find((result) => result.id === 'grants')?.summary ?? '';
  const said = summary === '' ? [] : [comment(summary)];
  if (statements.length === 0) {
    const nothing = mode === 'revoke' ? 'nothing to take back' : 'no GRANT is missing';
    const holds = mode === 'grant' && report.verdict.status !== 'fail' ? [comment(report.verdict.message)] : said;
    return [comment(`pgmedic sql: ${who}: ${nothing}.`), ...holds];
  }
  const title =
    mode === 'grant'
      ? `pgmedic sql: what closes the gap of ${who}: ${count}.`
      : `pgmedic sql --revoke: takes back from ${who}: ${count}.`;
  return [comment(title), ...said, comment(whoRunsIt(report, mode))];
}

/** Who can run the script as a whole. */
function whoRunsIt({ statements = [], results }: Report, mode: ScriptMode): string {
  if (mode === 'revoke' && statements.some(({ because }) => because === 'grant-option')) {
    return 'Run each group as the role it names (SET ROLE): a REVOKE takes back only what that role has granted.';
  }
  const { service, adminRole } = results.find(({ id }) => id === 'grants')?.facts ?? {};
  return typeof service === 'string' && typeof adminRole === 'string'
    ? `This is ${service}, where nobody is a superuser: as a member of ${adminRole}, run each group after GRANT <its role> TO CURRENT_USER;`
    : 'Each group says who can run it. A superuser can run them all: psql -v ON_ERROR_STOP=1 -1 -f FILE';
}

const BECAUSE: Readonly<Record<NonNullable<Statement['because']>, string>> = {
  owner: 'the owner',
  creator: 'for what it will make',
  'role-creator': 'or as a role with CREATEROLE',
  member: "which has the owner's rights",
  'grant-option': 'which holds the grant option',
  superuser: 'an administrator: the owner cannot reach it, for want of USAGE on the schema',
};

function groups(statements: readonly Statement[]): string[] {
  const lines: string[] = [];
  let group = '';
  let role: string | null = null;
  for (const statement of statements) {
    const { runAs, because, alsoBy = [] } = statement;
    const other = alsoBy.length === 0 ? '' : `; or as ${alsoBy.join(', ')} (grant option)`;
    const head = `Run as ${runAs}${because === undefined ? '' : `, ${BECAUSE[because]}`}${other}`;
    // Whoever owns what is there may also speak for what he will make.
    if (head !== group && !(because === 'creator' && runAs === role)) {
      lines.push('', comment(head));
      group = head;
    }
    role = runAs;
    lines.push(comment(`  for ${listed(statement.closes)}`), statement.sql);
  }
  return lines;
}

const listed = (closes: readonly string[]): string => {
  const more = closes.length - NAMED;
  return closes.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
};

/** Why the statements cannot be relied on, where they were to be tried out; null: they can, or nobody asked. */
export function notVerified(report: Report): string | null {
  const result = report.results.find(({ id }) => id === 'grants.verify');
  if (result?.status !== 'fail') return null;
  return `NOT verified: ${result.summary || (result.findings[0]?.message ?? 'nothing was tried out')}`;
}

/** What trying the statements out has shown. */
function verified(report: Report): string[] {
  const result = report.results.find(({ id }) => id === 'grants.verify');
  if (result === undefined) return [];
  const { summary, findings } = result;
  const said = findings.slice(0, SHOWN).map(({ message, fix }) => `${message}${fix === '' ? '' : `. ${fix}`}`);
  const head = comment(
    summary === '' ? `NOT verified: ${said.shift() ?? 'nothing was tried out'}` : `Verified: ${summary}.`,
  );
  const shown = said.map((text) => comment(`  ${text}`));
  const more = findings.length > SHOWN ? [comment(`  and ${findings.length - SHOWN} more: see --json`)] : [];
  return ['', head, ...shown, ...more];
}

/** What no statement here closes, each with its own way out; then what else should be known. */
function unsolved(report: Report, mode: ScriptMode): string[] {
  if (report.grants === undefined) return [];
  const { proposals = [] } = mode === 'revoke' ? {} : report;
  const known = report.findings.filter(
    (finding) =>
      finding.stage === 'grants' &&
      !isGap(finding) &&
      !finding.code.startsWith('sql-') &&
      (mode === 'grant' || /^(excess|filter|scope)-/.test(finding.code)),
  );
  const section = (title: string, items: readonly { readonly message: string; readonly fix: string }[]): string[] =>
    items.length === 0
      ? []
      : [
          '',
          comment(title),
          ...items.flatMap(({ message, fix }) => [message, fix].filter(Boolean).map((one) => comment(`  ${one}`))),
        ];
  return [...section('No GRANT helps with this:', proposals), ...section('To know:', known)];
}
