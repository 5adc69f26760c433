import { userInfo } from 'node:os';
import { openRoute, type SshRoute } from '../../src/connect/ssh/route.ts';
import type { SshOptions } from '../../src/connect/ssh/types.ts';
import { SshFailure } from '../../src/failures/raw-errors.ts';
import { sshCodes } from '../../src/failures/ssh.ts';
import { word } from '../../src/report/words.ts';
import type { WordedFinding } from '../../src/report/finding.ts';
import type { SshHopSpec } from '../../src/target/types.ts';

/** The options of a user whose home is the given folder, without agent and terminal. */
export const sshOptions = (home: string, more: Partial<SshOptions> = {}): SshOptions => ({
  configFile: 'default',
  home,
  localUser: userInfo().username,
  connectTimeoutMs: 5000,
  ...more,
});

/** Opens a route, uses it, and closes it whatever happens. */
export async function withRoute<T>(
  hops: readonly SshHopSpec[],
  options: SshOptions,
  use: (route: SshRoute) => Promise<T>,
): Promise<T> {
  const route = await openRoute(hops, options);
  try {
    return await use(route);
  } finally {
    await route.close();
  }
}

/** The failure of a route or forward with its words; a missing argument of a message throws here. */
export async function failureOf(work: Promise<unknown>): Promise<SshFailure & { readonly words: WordedFinding }> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof SshFailure)) throw error;
    return Object.assign(error, { words: word({ code: error.code, stage: 'ssh', args: error.args }, sshCodes) });
  }
  throw new Error('it did not fail');
}
