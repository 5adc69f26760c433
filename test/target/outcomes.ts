import { parseConninfo } from '../../src/target/conninfo.ts';
import { resolveWith } from '../../src/target/resolve.ts';
import { TargetError } from '../../src/target/target-error.ts';
import type { ResolvedTarget, ResolveInput } from '../../src/target/types.ts';
import type { World } from '../../src/target/world.ts';

/** What parseConninfo gives, or `refused`; any other error passes through and fails the test. */
export function parsed(text: string): Record<string, string> | 'refused' {
  try {
    return parseConninfo(text);
  } catch (error) {
    if (error instanceof TargetError) return 'refused';
    throw error;
  }
}

/** The code with which the input is refused; fails where it is not. */
export function refusalCode(run: () => unknown): string {
  return refusalOf(run).code;
}

export function refusalOf(run: () => unknown): TargetError {
  try {
    run();
  } catch (error) {
    if (error instanceof TargetError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

/** `value (from)` of one parameter. */
export function shown(resolved: ResolvedTarget, keyword: string): string {
  const parameter = resolved.target.parameters[keyword];
  return parameter === undefined ? 'none' : `${parameter.value} (${parameter.from})`;
}

export const resolveIn = (world: World, input: ResolveInput): ResolvedTarget =>
  resolveWith({ home: '/home/me', ...input }, world);
