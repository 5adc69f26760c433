import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What a script that waits for the tunnel needs, as one JSON document. */
export interface ReadyFile {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly pid: number;
}

/** Written beside its place and renamed: whoever sees the file sees all of it. @throws the file system's error */
export function writeReadyFile(file: string, ready: ReadyFile): void {
  const half = path.join(path.dirname(file), `.pgmedic-${randomBytes(8).toString('hex')}`);
  try {
    writeFileSync(half, `${JSON.stringify(ready)}\n`, { mode: 0o644, flag: 'wx' });
    renameSync(half, file);
  } catch (error) {
    rmSync(half, { force: true });
    throw error;
  }
}

export const removeReadyFile = (file: string): void => rmSync(file, { force: true });
