import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';

/** The error of an output that could not be written: a place that was asked for, not a bug. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** A file that is opened before the run, so that a wrong place is known while nothing was attempted yet. */
export interface OpenFile {
  /** Writes the whole and puts it in its place at once. Throws OutputError, and leaves nothing behind. */
  readonly write: (chunks: Iterable<string>) => void;
  /** Gives up what was opened and not written. */
  readonly discard: () => void;
}

/**
 * Opens a file for an output. A regular file is written beside its place and renamed, so that nobody ever reads half a
 * document; a device or a pipe (`/dev/stdout`) is written as it is. Throws OutputError.
 */
export function openOutput(file: string): OpenFile {
  const stats = guarded(file, () => statSync(file, { throwIfNoEntry: false }));
  if (stats?.isDirectory() === true) throw new OutputError(`cannot write ${file}: it is a folder`);
  const direct = stats !== undefined && !stats.isFile();
  const path = direct ? file : `${file}.${process.pid}.part`;
  let fd: number | null = guarded(file, () => openSync(path, 'w', 0o644));
  const close = (): void => {
    if (fd !== null) closeSync(fd);
    fd = null;
  };
  const discard = (): void => {
    close();
    if (!direct) rmSync(path, { force: true });
  };
  return {
    write: (chunks) => {
      try {
        guarded(file, () => {
          for (const chunk of chunks) if (fd !== null) writeAll(fd, chunk);
          close();
          if (!direct) renameSync(path, file);
        });
      } catch (error) {
        discard();
        throw error;
      }
    },
    discard,
  };
}

/** A write may take only part of the bytes (a pipe, a disk that is nearly full). */
function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}

function guarded<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === '') throw error;
    throw new OutputError(`cannot write ${file}: ${REASONS[code] ?? code}`, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  ENAMETOOLONG: 'the name is too long',
  EPIPE: 'the reader closed the pipe',
};
