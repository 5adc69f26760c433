import { CATALOGUE } from '../checks/catalogue.ts';
import { forTerminal } from '../render/escape.ts';
import { type Draft, buildReport } from '../report/build.ts';
import { type StageId, STAGES } from '../report/finding.ts';
import type { CommandName, Report } from '../report/report.ts';
import { configDraft } from '../run/config-stage.ts';
import { reportedTarget } from '../run/reported-target.ts';
import type { ConnectionTarget, ResolvedTarget } from '../target/types.ts';
import { type DescribedValue, describeTarget } from '../target/describe.ts';
import { VERSION } from '../version.ts';

/** What `--dry-run` prints: a report of a run that did not happen, with every value, its source, and the planned stages. */
export interface DryRun extends Report {
  readonly dryRun: true;
  readonly parameters: readonly DescribedValue[];
  readonly plannedStages: readonly StageId[];
}

/** Describes a target without connecting to anything; secrets are only `set` or `unset`. */
export function describeDryRun(command: CommandName, resolved: ResolvedTarget): DryRun {
  const { target } = resolved;
  const planned = plannedStages(command, target);
  const skipped = planned
    .filter((stage) => stage !== 'config')
    .map((stage): Draft => ({ id: stage, stage, title: 'planned', because: 'this is a dry run' }));
  const report = buildReport({
    command,
    version: VERSION,
    startedAt: new Date(),
    durationMs: 0,
    target: reportedTarget(target),
    drafts: [configDraft(target, 0), ...skipped],
    catalogue: CATALOGUE,
    connected: true,
    strict: false,
    reportOnly: false,
    allGood: 'the target is well-formed; nothing was connected to',
  });
  return { ...report, dryRun: true, parameters: describeTarget(resolved), plannedStages: planned };
}

function plannedStages(command: CommandName, target: ConnectionTarget): readonly StageId[] {
  const direct = target.route.length === 0;
  const unix = target.candidates.every((each) => each.transport === 'unix');
  const left: Readonly<Partial<Record<StageId, boolean>>> = {
    ssh: direct,
    dns: !direct || unix,
    tcp: !direct,
    grants: command === 'test' || command === 'tunnel',
  };
  return STAGES.filter((stage) => left[stage] !== true);
}

/** The same for people. */
export function renderDryRun(dryRun: DryRun): string {
  const width = Math.max(...dryRun.parameters.map(({ keyword }) => keyword.length));
  const wide = Math.min(48, Math.max(...dryRun.parameters.map(({ value }) => forTerminal(value).length)));
  const lines = dryRun.parameters.map(
    ({ keyword, value, from }) =>
      `  ${keyword.padEnd(width)}  ${forTerminal(value).padEnd(wide)}  from ${forTerminal(from)}`,
  );
  const hops = (dryRun.target?.route ?? []).map(
    (hop) => `${hop.user === null ? '' : `${hop.user}@`}${hop.host}:${hop.port}`,
  );
  return [
    `pgmedic ${dryRun.command} --dry-run: nothing is connected to`,
    '',
    ...lines,
    ...(hops.length === 0 ? [] : ['', `  through ${forTerminal(hops.join(' → '))}`]),
    '',
    ...dryRun.findings.map((finding) => `  ${finding.severity}: ${forTerminal(finding.message)}`),
    `  stages: ${dryRun.plannedStages.join(' → ')}`,
    '',
  ].join('\n');
}
