import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** What a script that waits for the tunnel needs, as one JSON document. */
export interface ReadyFile {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly pid: number;
}

/** Written beside its place and renamed: whoever sees the file sees all of it. @throws the file system's error */
export function writeReadyFile(file: string, ready: ReadyFile): void {
  const half = `${file}.${process.pid}.part`;
  try {
    writeFileSync(half, `${JSON.stringify(ready)}\n`, { mode: 0o644 });
    renameSync(half, file);
  } catch (error) {
    rmSync(half, { force: true });
    throw error;
  }
}

export const removeReadyFile = (file: string): void => rmSync(file, { force: true });
