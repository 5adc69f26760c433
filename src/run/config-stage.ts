import type { Draft } from '../report/build.ts';
import type { Finding } from '../report/finding.ts';
import type { TargetError } from '../target/target-error.ts';
import { printableParameter } from '../target/describe.ts';
import type { ConnectionTarget } from '../target/types.ts';

const TITLE = 'the target is well-formed';

/** The `config` stage of a target that could be resolved, with what resolving noticed. */
export function configDraft(target: ConnectionTarget, ms: number): Draft {
  const value = (keyword: string): string => {
    const parameter = printableParameter(target, keyword);
    const name = keyword === 'dbname' ? 'database' : keyword;
    return parameter === undefined ? '' : `${name} ${parameter.value} (${parameter.from})`;
  };
  const parts = [value('host'), value('hostaddr'), value('port'), value('user'), value('dbname'), value('sslmode')];
  return {
    id: 'config',
    stage: 'config',
    title: TITLE,
    durationMs: ms,
    summary: parts.filter((part) => part !== '').join(', '),
    findings: target.notices.map((notice): Finding => ({ ...notice, stage: 'config' })),
  };
}

/** The `config` stage of a target that libpq would refuse: an error, also by what is a warning where libpq goes on. */
export const configFailure = (error: TargetError): Draft => ({
  id: 'config',
  stage: 'config',
  title: TITLE,
  findings: [{ code: error.code, stage: 'config', severity: 'error', args: error.args }],
});
