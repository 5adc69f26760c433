import type { Evidence, Facts, FailedConnection, Observation, ProbeId } from '../probes/evidence.ts';
import {
  describeDns,
  describeLogin,
  describeServer,
  describeSsh,
  describeTcp,
  describeTls,
} from '../probes/describe.ts';
import type { Draft } from '../report/build.ts';
import type { Finding } from '../report/finding.ts';
import type { Json } from '../report/report.ts';
import { sshEnd, sshPartDrafts } from './ssh-parts.ts';
import type { Check, CheckContext } from './define-check.ts';
import { ALL_CHECKS, type CheckSelection, leftOut } from './selection.ts';

interface Stage<Id extends ProbeId> {
  readonly id: Id;
  readonly title: string;
  readonly describe: (facts: Facts[Id]) => string;
}

const stage = <Id extends ProbeId>(id: Id, title: string, describe: (facts: Facts[Id]) => string): Stage<Id> => ({
  id,
  title,
  describe,
});

/** What is true when each stage passes. */
const STAGE_LIST = [
  stage('dns', 'the host name resolves', describeDns),
  stage('tcp', 'the server can be reached', describeTcp),
  stage('ssh', 'the bastions let us through', describeSsh),
  stage('tls', 'the line is as safe as asked', describeTls),
  stage('login', 'the role can log in', describeLogin),
  stage('server', 'the server is ready', describeServer),
] as const;

/** The stages with what is true when they pass, for lists. */
export const STAGE_TITLES: readonly { readonly id: string; readonly title: string }[] = STAGE_LIST;

/** The drafts of all stages and checks, in the order of the stages; a check follows its stage. */
export function judge(
  evidence: Evidence,
  checks: readonly Check[],
  context: CheckContext,
  selection: CheckSelection = ALL_CHECKS,
): readonly Draft[] {
  return STAGE_LIST.flatMap((each) => [
    stageDraft(each as Stage<ProbeId>, evidence[each.id] as Observation<Facts[ProbeId]>),
    ...(each.id === 'ssh' ? sshPartDrafts(evidence.ssh) : []),
    ...checks
      .filter((check) => check.stage === each.id)
      .map((check) => {
        const because = leftOut(check, selection);
        return because === null
          ? checkDraft(check, evidence, context)
          : { id: check.id, stage: check.stage, title: check.title, because };
      }),
  ]);
}

function stageDraft({ id, title, describe }: Stage<ProbeId>, observation: Observation<Facts[ProbeId]>): Draft {
  const draft = { id, stage: id, title };
  switch (observation.state) {
    case 'seen':
      return {
        ...draft,
        durationMs: observation.ms,
        summary: describe(observation.facts),
        facts: printed(observation.facts),
        findings: observation.notes,
      };
    case 'failed':
      // The finding stands at the part that broke; one that belongs to none of them stands here.
      if (id === 'ssh') {
        const findings = observation.failures.filter(({ args }) => args['part'] === undefined);
        return { ...draft, durationMs: observation.ms, failed: true, findings, ...sshEnd(observation.failures) };
      }
      return {
        ...draft,
        durationMs: observation.ms,
        findings: observation.failures,
        facts: printed({ ...observation.facts, ...connectionsOf(observation) }),
      };
    case 'blocked':
      return { ...draft, because: observation.by };
    case 'not-planned':
      return { ...draft, because: observation.because };
  }
}

/** The facts of a stage as they stand in the report: details beside the others. */
function printed(all: object): { readonly [key: string]: Json } {
  const { details, ...facts } = all as { readonly details?: object };
  return { ...details, ...facts };
}

const connectionsOf = ({ connections }: { readonly connections?: readonly FailedConnection[] }): object =>
  connections === undefined ? {} : { connections };

function checkDraft(check: Check, evidence: Evidence, context: CheckContext): Draft {
  const draft = { id: check.id, stage: check.stage, title: check.title };
  const facts: Partial<Record<ProbeId, unknown>> = {};
  for (const need of check.needs) {
    const observation = evidence[need];
    if (observation.state !== 'seen') return { ...draft, because: blocker(need, observation) };
    facts[need] = observation.facts;
  }
  const given = facts as unknown as Facts;
  const judged = check.judge(given, context);
  if ('notApplicable' in judged) return { ...draft, because: judged.notApplicable };
  const summary = check.summary?.(given, context);
  return {
    ...draft,
    ...(summary === undefined ? {} : { summary }),
    findings: judged.map((each): Finding => ({ stage: check.stage, ...each })),
  };
}

function blocker(need: ProbeId, observation: Observation<unknown>): string {
  if (observation.state === 'blocked') return observation.by;
  return observation.state === 'not-planned' ? observation.because : need;
}
