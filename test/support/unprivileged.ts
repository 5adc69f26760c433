import { execFileSync } from 'node:child_process';

/** PostgreSQL refuses to run as root: the ids to run it with, or nothing when we are an ordinary user already. */
export function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }).trim());
  return { uid: id('-u'), gid: id('-g') };
}
