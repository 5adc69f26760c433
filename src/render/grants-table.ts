import Table from 'cli-table3';
import type { WordedFinding } from '../report/finding.ts';
import { ACTIONS, type GrantsSection, type RelationGrants, type SchemaGrants } from '../report/grants.ts';
import type { Report } from '../report/report.ts';
import { forTerminal } from './escape.ts';
import type { Look } from './look.ts';
import { type Paint, paintFor } from './paint.ts';
import { clip } from './wrap.ts';

/** Up to this many relations all are listed; above, only those that lack something asked for (`-v` lists all). */
const LIST_ALL_UP_TO = 100;

type Cell = 'yes' | 'no' | 'partial' | 'n/a';

const SYMBOLS: Readonly<Record<Cell, readonly [unicode: string, ascii: string]>> = {
  yes: ['✓', '+'],
  no: ['✗', 'x'],
  partial: ['◐', '~'],
  'n/a': ['–', '-'],
};

/** Schemas and relations with read, write and truncate; only problems opened out, a legend last. */
export function grantsTable(section: GrantsSection, report: Report, look: Look): string {
  const paint = paintFor(look);
  const missing = missingByRelation(report.findings);
  const all = look.verbosity === 'verbose' || section.relations.length <= LIST_ALL_UP_TO;
  const parts = [databaseLine(section, paint)];
  const bySchema = groupBySchema(section.relations);
  let hidden = 0;
  for (const schema of section.schemas) {
    const relations = bySchema.get(schema.name) ?? [];
    parts.push('', schemaLine(schema, relations, paint));
    const shown = all
      ? relations
      : relations.filter((each) => missing.has(key(each.schema, each.name))).slice(0, LIST_ALL_UP_TO);
    hidden += relations.length - shown.length;
    if (shown.length > 0) parts.push(relationRows(shown, missing, look, paint));
  }
  if (hidden > 0)
    parts.push('', paint.dim(`  ${hidden} more relations are not listed here: -v lists all, --json holds everything`));
  parts.push('', legend(look, paint));
  return parts.join('\n');
}

const key = (schema: string, name: string): string => `${schema}\u0000${name}`;

function groupBySchema(relations: readonly RelationGrants[]): Map<string, RelationGrants[]> {
  const groups = new Map<string, RelationGrants[]>();
  for (const each of relations) {
    const group = groups.get(each.schema);
    if (group === undefined) groups.set(each.schema, [each]);
    else group.push(each);
  }
  return groups;
}

/** What each relation lacks of what was asked for, from the findings: the gap list is one for all formats. */
function missingByRelation(findings: readonly WordedFinding[]): Map<string, string[]> {
  const missing = new Map<string, string[]>();
  for (const { args, severity, stage } of findings) {
    if (stage !== 'grants' || severity !== 'error') continue;
    const at = key(String(args['schema'] ?? ''), String(args['name'] ?? ''));
    const list = missing.get(at) ?? [];
    if (args['privilege'] !== undefined) list.push(String(args['privilege']));
    missing.set(at, list);
  }
  return missing;
}

function databaseLine(section: GrantsSection, paint: Paint): string {
  const { connect, create, temporary } = section.databasePrivileges;
  const yes = (value: boolean): string => (value ? 'yes' : 'no');
  const who = `${forTerminal(section.role)}${section.superuser ? ' (superuser)' : ''}`;
  return `  role ${paint.bold(who)} in database ${paint.bold(forTerminal(section.database))}: connect ${yes(connect)}, create ${yes(create)}, temporary ${yes(temporary)}`;
}

function schemaLine(schema: SchemaGrants, relations: readonly RelationGrants[], paint: Paint): string {
  const count = (test: (each: RelationGrants) => boolean): string =>
    `${relations.filter(test).length} of ${relations.length}`;
  const usage = schema.usage ? 'usage yes' : paint.fail('usage NO');
  const counts =
    relations.length === 0
      ? 'no relations in scope'
      : `read ${count((each) => each.read === 'yes')}, write ${count((each) => each.write === 'yes')}, truncate ${count((each) => each.truncate === 'yes')}`;
  return `  ${paint.bold(forTerminal(schema.name))}  ${usage}, create ${schema.create ? 'yes' : 'no'} · ${counts}`;
}

function relationRows(
  relations: readonly RelationGrants[],
  missing: Map<string, string[]>,
  look: Look,
  paint: Paint,
): string {
  const verbose = look.verbosity === 'verbose';
  const nameWidth = Math.max(12, Math.min(longest(relations), look.width - 62));
  const whyWidth = Math.max(8, look.width - nameWidth - 56);
  const table = new Table({
    head: ['relation', 'kind', 'read', 'write', 'truncate', 'why'].map((word) => paint.dim(word)),
    colWidths: [nameWidth + 2, 12, 11, 11, 11, whyWidth],
    wordWrap: true,
    wrapOnWordBoundary: false,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1 },
    chars: BORDERLESS,
  });
  for (const each of relations) {
    const lacks = missing.get(key(each.schema, each.name)) ?? [];
    table.push([
      clip(forTerminal(each.name), nameWidth, look.unicode ? '…' : '...'),
      KINDS[each.kind],
      cell(each.read, look, paint),
      cell(each.write, look, paint),
      cell(each.truncate, look, paint),
      forTerminal(why(each, lacks, verbose)),
    ]);
  }
  return table.toString();
}

const longest = (relations: readonly RelationGrants[]): number => {
  let width = 0;
  for (const each of relations) width = Math.max(width, each.name.length);
  return width;
};

function cell(value: Cell, look: Look, paint: Paint): string {
  const mark = SYMBOLS[value][look.unicode ? 0 : 1];
  const color =
    value === 'yes' ? paint.pass : value === 'no' ? paint.fail : value === 'partial' ? paint.warn : paint.dim;
  return color(`${mark} ${value === 'partial' ? 'part' : value}`);
}

/** Why: what is asked for and missing; else the first reasons; with -v every privilege with its source. */
function why(each: RelationGrants, lacks: readonly string[], verbose: boolean): string {
  if (verbose) {
    const held = ACTIONS.filter((action) => each.privileges[action] !== 'n/a').map((action) => {
      const via = each.via[action];
      return `${action} ${each.privileges[action]}${via === undefined ? '' : ` (${via})`}`;
    });
    return [...held, ...each.reasons.map((reason) => `${reason.action}: ${reason.code}`)].join(', ');
  }
  const missing = lacks.length === 0 ? '' : `missing: ${lacks.join(', ')}`;
  const codes = [
    ...new Set(each.reasons.filter((reason) => reason.code !== 'no-privilege').map((reason) => reason.code)),
  ];
  return [missing, ...codes].filter((part) => part !== '').join('; ');
}

const KINDS: Readonly<Record<RelationGrants['kind'], string>> = {
  table: 'table',
  'partitioned-table': 'partitioned',
  partition: 'partition',
  view: 'view',
  'materialized-view': 'matview',
  'foreign-table': 'foreign',
};

function legend(look: Look, paint: Paint): string {
  const mark = (value: Cell): string => SYMBOLS[value][look.unicode ? 0 : 1];
  return paint.dim(
    `  read = select · write = insert, update, delete · ${mark('partial')} part = some of them · ${mark('n/a')} n/a = this kind cannot`,
  );
}

const BORDERLESS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '    ',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
