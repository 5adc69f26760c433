import { randomBytes } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What a script that waits for the tunnel needs, as one JSON document. */
export interface ReadyFile {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly pid: number;
}

const besideOf = (file: string): string => path.join(path.dirname(file), `.pgmedic-${randomBytes(8).toString('hex')}`);

/** Whether the file could be written: told while nothing is attempted yet. @throws the file system's error */
export function tryReadyFile(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
    throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
  const trial = besideOf(file);
  closeSync(openSync(trial, 'wx', 0o600));
  rmSync(trial);
}

/** Written beside its place and renamed: whoever sees the file sees all of it. @throws the file system's error */
export function writeReadyFile(file: string, ready: ReadyFile): void {
  const half = besideOf(file);
  try {
    writeFileSync(half, `${JSON.stringify(ready)}\n`, { mode: 0o644, flag: 'wx' });
    renameSync(half, file);
  } catch (error) {
    rmSync(half, { force: true });
    throw error;
  }
}

export const removeReadyFile = (file: string): void => rmSync(file, { force: true });
