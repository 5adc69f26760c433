import { randomBytes } from 'node:crypto';
import { type Stats, closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { fileReason } from './file-reasons.ts';

/** The error of an output that could not be written: a place that was asked for, not a bug. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** Text, or bytes of UTF-8 that hold until the next piece is asked for. */
export type Piece = string | Uint8Array;

/** A place that was tried before the run, so that a wrong one is known while nothing was attempted yet. */
export interface OpenFile {
  /** Writes the whole and puts it in its place at once. Throws OutputError, and leaves nothing behind. */
  readonly write: (chunks: Iterable<Piece>) => void;
  /** Gives up what was opened and not written. */
  readonly discard: () => void;
}

/**
 * Tries the place of an output. A regular file is written beside it, under a name that nobody can foresee, and renamed:
 * nobody ever reads half a document or has us write through a link of theirs, and a run that is killed leaves nothing
 * behind. A device or a pipe (`/dev/stdout`) is opened at once and written as it is. Throws OutputError.
 */
export function openOutput(file: string): OpenFile {
  const stats = guarded(file, () => statSync(file, { throwIfNoEntry: false }));
  if (stats?.isDirectory() === true) throw new OutputError(`cannot write ${file}: it is a folder`);
  return stats === undefined || stats.isFile() ? beside(file, stats) : directly(file);
}

function beside(file: string, stats: Stats | undefined): OpenFile {
  // What a link leads to is what is written; the link stays.
  const place = stats === undefined ? file : guarded(file, () => realpathSync(file));
  const half = (): string => path.join(path.dirname(place), `.pgmedic-${randomBytes(8).toString('hex')}`);
  guarded(file, () => {
    const trial = half();
    closeSync(openSync(trial, 'wx', 0o600));
    rmSync(trial);
  });
  return {
    write: (chunks) =>
      guarded(file, () => {
        const [first, rest] = begun(chunks);
        const written = half();
        const fd = openSync(written, 'wx', stats === undefined ? 0o644 : stats.mode & 0o777);
        try {
          writeAll(fd, first);
          for (const chunk of rest) writeAll(fd, chunk);
          closeSync(fd);
          renameSync(written, place);
        } catch (error) {
          rmSync(written, { force: true });
          throw error;
        }
      }),
    discard: () => {},
  };
}

/** The first piece, rendered before the file is opened: between its opening and its renaming there is little but writing. */
function begun(chunks: Iterable<Piece>): readonly [Piece, Iterable<Piece>] {
  const rest = chunks[Symbol.iterator]();
  const first = rest.next();
  return [first.done === true ? '' : first.value, { [Symbol.iterator]: () => rest }];
}

function directly(file: string): OpenFile {
  let fd: number | null = guarded(file, () => openSync(file, 'w'));
  const discard = (): void => {
    if (fd !== null) closeSync(fd);
    fd = null;
  };
  return {
    write: (chunks) => {
      try {
        guarded(file, () => {
          for (const chunk of chunks) if (fd !== null) writeAll(fd, chunk);
        });
      } finally {
        discard();
      }
    },
    discard,
  };
}

/** A write may take only part of the bytes (a pipe, a disk that is nearly full). */
function writeAll(fd: number, piece: Piece): void {
  const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}

/** Does something with a file. Throws OutputError with the reason in words, of the file as it was named. */
export function guarded<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === '') throw error;
    throw new OutputError(`cannot write ${file}: ${fileReason(code)}`, { cause: error });
  }
}
