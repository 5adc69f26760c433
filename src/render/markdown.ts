import type { WordedFinding } from '../report/finding.ts';
import type { GrantsSection, RelationGrants } from '../report/grants.ts';
import type { Report, Result, Status } from '../report/report.ts';
import { plainFinding } from '../report/late-finding.ts';
import { relationsBySchema } from './by-schema.ts';
import { codeBlock, codeSpan, forMarkdown } from './markdown-text.ts';
import {
  STATUS_WORDS,
  countsText,
  lastingText,
  formatMs,
  isTold,
  partsOf,
  placeOf,
  routeOf,
  sayingOf,
} from './phrases.ts';

const ICONS: Readonly<Record<Status, string>> = { pass: '✅', warn: '⚠️', fail: '❌', skip: '➖' };

const ANSWERS: Readonly<Record<string, string>> = { yes: '✅ yes', no: '❌ no', partial: '🟡 part', 'n/a': '– n/a' };

/** Up to this many relations all are listed; above, only those that lack something asked for. */
const LIST_ALL_UP_TO = 100;

/** GitHub-flavoured Markdown, as it stands in a pull request, a job's summary or a ticket. */
export function* renderMarkdown(report: Report): Generator<string> {
  for (const block of blocks(report)) yield block;
}

const MORE = '\n…\n\nThe report is longer than fits here: `-o markdown=FILE` and `--json` hold everything.\n';

/**
 * The same, cut at a line so that it is at most `bytes` long in UTF-8 and says that it was cut
 * (GitHub refuses a step summary of more than 1 MiB altogether).
 */
export function boundedMarkdown(report: Report, bytes: number): string {
  let text = '';
  let room = bytes - Buffer.byteLength(MORE);
  for (const block of blocks(report)) {
    room -= Buffer.byteLength(block);
    if (room < 0) return `${text}${MORE}`;
    text += block;
  }
  return text;
}

/** Pieces that may stand alone: cutting between two of them leaves valid Markdown. */
function* blocks(report: Report): Generator<string> {
  const { verdict } = report;
  const where = verdict.stage === null ? '' : ` at ${verdict.stage}`;
  yield `## ${ICONS[verdict.status]} pgmedic ${report.command}: ${verdict.status === 'pass' ? 'ok' : verdict.status}${where}\n\n`;
  yield `${forMarkdown(verdict.message)}\n\n`;
  if (verdict.fix !== null) yield `**Fix:** ${forMarkdown(verdict.fix)}\n\n`;
  if (report.connections !== undefined) yield* resultTable(report.results, 'connection');
  for (const { name, report: part } of partsOf(report)) {
    if (name !== null && part.verdict.status === 'pass') continue;
    if (name !== null) yield `### ${codeSpan(name)}\n\n`;
    yield* partBlocks(part, name === null);
  }
  yield `${countsText(report)} in ${lastingText(report)} · exit code ${report.exitCode} · pgmedic ${forMarkdown(report.tool.version)}\n`;
}

function* partBlocks(report: Report, alone: boolean): Generator<string> {
  if (report.target !== null) {
    const route = routeOf(report).map(codeSpan).join(' → ');
    yield `Target: ${codeSpan(placeOf(report))}${route === '' ? '' : ` through ${route}`}\n\n`;
  }
  yield* resultTable(report.results, 'stage');
  const told = report.findings.filter((finding) => isTold(finding) || finding.fix !== '');
  if (told.length > 0 && (!alone || told.length > 1 || told[0]?.message !== report.verdict.message)) {
    yield `#### Findings\n\n`;
    for (const finding of told) yield findingItem(finding);
    yield '\n';
  }
  if (report.grants !== undefined) yield* grantsBlocks(report.grants);
  if (report.statements !== undefined && report.statements.length > 0) {
    yield `#### SQL\n\n`;
    for (const [runAs, sql] of byRole(report.statements))
      yield `As ${codeSpan(runAs)}:\n\n${codeBlock('sql', sql.join('\n'))}\n`;
  }
}

function* resultTable(results: readonly Result[], head: string): Generator<string> {
  yield `| | ${head} | ms | |\n| --- | --- | ---: | --- |\n`;
  for (const result of results) {
    const quiet = result.status === 'pass' || result.status === 'skip';
    if (quiet && result.id.includes('.') && head === 'stage') continue;
    const ms = result.durationMs === null ? '' : formatMs(result.durationMs);
    const id = head === 'stage' ? result.id : result.id.replace(/^connection\./, '');
    const saying = forMarkdown(head === 'stage' ? sayingOf(result) : result.summary);
    yield `| ${ICONS[result.status]} ${STATUS_WORDS[result.status]} | ${codeSpan(id)} | ${ms} | ${saying} |\n`;
  }
  yield '\n';
}

function findingItem(finding: WordedFinding): string {
  const { severity, code, message, fix } = plainFinding(finding);
  const said = fix === '' ? '' : `  \n  **Fix:** ${forMarkdown(fix)}`;
  return `- **${severity}** ${codeSpan(code)}: ${forMarkdown(message)}${said}\n`;
}

function* grantsBlocks(section: GrantsSection): Generator<string> {
  const { connect, create, temporary } = section.databasePrivileges;
  const yes = (value: boolean): string => (value ? 'yes' : 'no');
  yield `#### Grants\n\n`;
  yield `Role ${codeSpan(section.role)}${section.superuser ? ' (superuser)' : ''} in database ${codeSpan(section.database)}: connect ${yes(connect)}, create ${yes(create)}, temporary ${yes(temporary)}\n\n`;
  const bySchema = relationsBySchema(section.relations);
  yield '| schema | usage | create | relations | read | write | truncate |\n| --- | --- | --- | ---: | ---: | ---: | ---: |\n';
  for (const schema of section.schemas) {
    const inside = bySchema.get(schema.name) ?? [];
    const count = (column: 'read' | 'write' | 'truncate'): number =>
      inside.filter((relation) => relation[column] === 'yes').length;
    yield `| ${codeSpan(schema.name)} | ${ANSWERS[yes(schema.usage)]} | ${ANSWERS[yes(schema.create)]} | ${inside.length} | ${count('read')} | ${count('write')} | ${count('truncate')} |\n`;
  }
  yield '\n';
  const all = section.relations.length <= LIST_ALL_UP_TO;
  const listed = all ? section.relations : section.relations.filter((relation) => (relation.missing ?? []).length > 0);
  if (listed.length === 0) return;
  yield '| relation | kind | read | write | truncate | missing |\n| --- | --- | --- | --- | --- | --- |\n';
  for (const relation of listed) yield relationRow(relation);
  yield '\n';
  if (!all) yield `${section.relations.length - listed.length} more relations lack nothing that was asked for.\n\n`;
}

const relationRow = (each: RelationGrants): string =>
  `| ${codeSpan(`${each.schema}.${each.name}`)} | ${each.kind} | ${ANSWERS[each.read]} | ${ANSWERS[each.write]} | ${ANSWERS[each.truncate]} | ${(each.missing ?? []).join(', ')} |\n`;

/** Statements in their order, those that follow each other and are run by the same role together. */
function byRole(statements: NonNullable<Report['statements']>): [runAs: string, sql: string[]][] {
  const groups: [string, string[]][] = [];
  for (const { runAs, sql } of statements) {
    const last = groups.at(-1);
    if (last !== undefined && last[0] === runAs) last[1].push(sql);
    else groups.push([runAs, [sql]]);
  }
  return groups;
}
