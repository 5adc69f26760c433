import type { Draft } from '../report/build.ts';
import type { Finding } from '../report/finding.ts';
import type { TargetError } from '../target/target-error.ts';
import type { ConnectionTarget } from '../target/types.ts';

const TITLE = 'the target is well-formed';

/** The `config` stage of a target that could be resolved, with what resolving noticed. */
export function configDraft(target: ConnectionTarget, ms: number): Draft {
  const value = (keyword: string): string => {
    const parameter = target.parameters[keyword];
    return parameter === undefined ? '' : `${keyword} ${parameter.value} (${parameter.from})`;
  };
  const { user, database } = target;
  const parts = [
    value('host'),
    value('hostaddr'),
    value('port'),
    `user ${user.value} (${user.from})`,
    `database ${database.value} (${database.from})`,
    value('sslmode'),
  ];
  return {
    id: 'config',
    stage: 'config',
    title: TITLE,
    durationMs: ms,
    summary: parts.filter((part) => part !== '').join(', '),
    findings: target.notices.map((notice): Finding => ({ ...notice, stage: 'config' })),
  };
}

/** The `config` stage of a target that libpq would refuse. */
export const configFailure = (error: TargetError): Draft => ({
  id: 'config',
  stage: 'config',
  title: TITLE,
  findings: [{ code: error.code, stage: 'config', args: error.args }],
});
