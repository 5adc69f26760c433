import type { WordedFinding } from '../report/finding.ts';
import type { RelationGrants } from '../report/grants.ts';
import type { Report, Result } from '../report/report.ts';
import { plainFinding } from '../report/late-finding.ts';
import { forMarkup, forMarkupLines } from './escape.ts';
import { findingsByRelation, isOfRelation, partsOf, placeOf, skipText, warningsCount } from './phrases.ts';

interface Suite {
  readonly name: string;
  readonly report: Report;
  readonly cases: readonly Case[];
  readonly seconds: number;
}

interface Case {
  readonly xml: string;
  readonly outcome: 'ok' | 'failure' | 'skipped';
}

/**
 * JUnit XML as GitHub's actions, GitLab and Jenkins read it: a case for each stage and check, and one for each relation
 * that something was asked of. Names hold nothing that changes from run to run, so that a CI system can follow a case.
 */
export function* renderJunit(report: Report): Generator<string> {
  const suites = partsOf(report).flatMap(({ name, report: part }) => suitesOf(part, name, warningsCount(report)));
  const cases = suites.flatMap((suite) => suite.cases);
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites name="pgmedic ${report.command}" ${totals(cases)} time="${seconds(report.durationMs)}">\n`;
  for (const suite of suites) {
    const started = suite.report.startedAt.slice(0, 19);
    yield `  <testsuite name="${forMarkup(suite.name)}" ${totals(suite.cases)} skipped="${count(suite.cases, 'skipped')}" time="${suite.seconds.toFixed(3)}" timestamp="${started}">\n`;
    yield properties(suite.report);
    for (const each of suite.cases) yield each.xml;
    yield '  </testsuite>\n';
  }
  yield '</testsuites>\n';
}

const count = (cases: readonly Case[], outcome: Case['outcome']): number =>
  cases.filter((each) => each.outcome === outcome).length;

const totals = (cases: readonly Case[]): string =>
  `tests="${cases.length}" failures="${count(cases, 'failure')}" errors="0"`;

const seconds = (ms: number | null): string => ((ms ?? 0) / 1000).toFixed(3);

function properties(report: Report): string {
  const values: readonly (readonly [string, string])[] = [
    ['pgmedic', report.tool.version],
    ['target', placeOf(report)],
    ['verdict', report.verdict.message],
    ['exitCode', String(report.exitCode)],
  ];
  const lines = values.map(([name, value]) => `      <property name="${name}" value="${forMarkup(value)}"/>\n`);
  return `    <properties>\n${lines.join('')}    </properties>\n`;
}

function suitesOf(report: Report, name: string | null, strict: boolean): Suite[] {
  const prefix = name === null ? '' : `${name}.`;
  const results = report.results.map((result) => resultCase(result, `pgmedic.${prefix}${report.command}`, strict));
  const checks: Suite = {
    name: name === null ? `pgmedic ${report.command}` : name,
    report,
    cases: results,
    seconds: report.results.reduce((sum, result) => sum + (result.durationMs ?? 0), 0) / 1000,
  };
  const asked = (report.grants?.relations ?? []).filter((relation) => relation.missing !== undefined);
  if (asked.length === 0) return [checks];
  const findings = findingsByRelation(report.findings);
  const cases = asked.map((each) => relationCase(each, findings(each.schema, each.name), `pgmedic.${prefix}relations`));
  return [checks, { name: `${checks.name} relations`, report, cases, seconds: 0 }];
}

function resultCase(result: Result, classname: string, strict: boolean): Case {
  const open = `    <testcase classname="${forMarkup(classname)}" name="${forMarkup(`${result.id}: ${result.title}`)}" time="${seconds(result.durationMs)}"`;
  if (result.status === 'skip') return skipped(open, skipText(result));
  const told = result.findings.filter((finding) => finding.severity !== 'info');
  if (result.status === 'fail' || (strict && result.status === 'warn')) {
    const here = told.filter((finding) => !isOfRelation(finding));
    const elsewhere = told.length - here.length;
    const lines = [
      ...here.flatMap(findingLines),
      ...(elsewhere === 0 ? [] : [`${elsewhere} more with the relations they speak of`]),
    ];
    return failure(open, told, lines);
  }
  const lines = [...(result.summary === '' ? [] : [result.summary]), ...result.findings.flatMap(findingLines)];
  if (lines.length === 0) return { xml: `${open}/>\n`, outcome: 'ok' };
  return {
    xml: `${open}>\n      <system-out>${forMarkupLines(lines)}</system-out>\n    </testcase>\n`,
    outcome: 'ok',
  };
}

function relationCase(relation: RelationGrants, findings: readonly WordedFinding[], classname: string): Case {
  const open = `    <testcase classname="${forMarkup(classname)}" name="${forMarkup(`${relation.schema}.${relation.name}`)}" time="0.000"`;
  const missing = relation.missing ?? [];
  const accepted = relation.accepted ?? [];
  if (missing.length === 0 && accepted.length > 0) return skipped(open, `accepted: ${accepted.join(', ')}`);
  if (missing.length === 0) return { xml: `${open}/>\n`, outcome: 'ok' };
  const lines = [`missing: ${missing.join(', ')}`, ...findings.flatMap(findingLines)];
  return failure(open, findings, lines, `missing: ${missing.join(', ')}`);
}

const skipped = (open: string, message: string): Case => ({
  xml: `${open}>\n      <skipped message="${forMarkup(message)}"/>\n    </testcase>\n`,
  outcome: 'skipped',
});

function failure(open: string, findings: readonly WordedFinding[], lines: readonly string[], message?: string): Case {
  const first = findings.find((finding) => finding.severity === 'error') ?? findings[0];
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
  const said = message ?? `${first?.message ?? 'failed'}${more}`;
  return {
    xml: `${open}>\n      <failure type="${forMarkup(first?.code ?? 'failed')}" message="${forMarkup(said)}">${forMarkupLines(lines)}</failure>\n    </testcase>\n`,
    outcome: 'failure',
  };
}

function findingLines(finding: WordedFinding): string[] {
  const { severity, code, message, fix } = plainFinding(finding);
  return [`${severity}: ${code}: ${message}`, ...(fix === '' ? [] : [`fix: ${fix}`])];
}
