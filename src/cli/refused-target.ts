import { CATALOGUE } from '../checks/catalogue.ts';
import { buildReport } from '../report/build.ts';
import type { CommandName, Report } from '../report/report.ts';
import { configFailure } from '../run/config-stage.ts';
import type { TargetError } from '../target/target-error.ts';
import { VERSION } from '../version.ts';

/** A report of a target that libpq would refuse: exit code 64, nothing attempted. */
export function refusedTarget(command: CommandName, error: TargetError): Report {
  return buildReport({
    command,
    version: VERSION,
    startedAt: new Date(),
    durationMs: 0,
    target: null,
    drafts: [configFailure(error), ...notReached(command)],
    catalogue: CATALOGUE,
    connected: false,
    strict: false,
    reportOnly: false,
    allGood: '',
  });
}

const notReached = (
  command: CommandName,
): { id: string; stage: 'dns' | 'tcp' | 'tls' | 'login' | 'server' | 'grants'; title: string; because: string }[] =>
  (['dns', 'tcp', 'tls', 'login', 'server', ...(command === 'test' ? [] : ['grants' as const])] as const).map(
    (stage) => ({
      id: stage,
      stage,
      title: 'not attempted',
      because: 'config',
    }),
  );
