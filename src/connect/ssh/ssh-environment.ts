import type { SshOptions } from './types.ts';

/**
 * The environment for the system's ssh: ours, because a ProxyCommand may need any of it, without the variables that hold
 * secrets of the database or of ours.
 */
export function sshEnvironment({ withheld = [] }: Pick<SshOptions, 'withheld'>): NodeJS.ProcessEnv {
  const names = new Set(withheld);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.has(name)));
}
