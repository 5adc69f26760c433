import type { FailureContext } from '../failures/context.ts';
import type { Finding } from '../report/finding.ts';

/**
 * A session that was lost, or did not answer in time, in the middle of what `grants` and `sql` ask: a finding, so that what
 * was seen before is reported. Throws what it was given where that is a bug of ours.
 */
export async function sessionFailure(error: unknown, context: FailureContext): Promise<Finding> {
  const { nameFailure } = await import('../failures/name-failure.ts');
  const finding = nameFailure(error, { ...context, stage: 'grants' });
  if (finding.code === 'internal-unknown-failure' || error instanceof TypeError || error instanceof RangeError) {
    throw error;
  }
  return finding;
}
