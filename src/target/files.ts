import { existsSync, readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { FileRead, World } from './world.ts';

// A byte order mark stays: libpq does not skip one, so it hides the first line's meaning there too.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

function guarded(read: () => FileRead): FileRead {
  try {
    return read();
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? { state: 'missing' } : { state: 'unreadable', reason: code };
  }
}

const text = (path: string): FileRead => ({ state: 'read', text: decoder.decode(readFileSync(path)) });

/** The real machine: the one place of `target/` that touches files and the operating system. */
export const machine: World = {
  platform:
    process.platform === 'linux' || process.platform === 'darwin' || process.platform === 'win32'
      ? process.platform
      : 'other',
  userName: () => {
    try {
      return userInfo().username || undefined;
    } catch {
      return undefined; // An account without a passwd entry, as in containers with a random user id.
    }
  },
  exists: (path) => existsSync(path),
  readFile: (path) => guarded(() => text(path)),
  readPrivateFile: (path) =>
    guarded(() => {
      // stat before open: opening a FIFO would block.
      const { mode } = statSync(path);
      if (!statSync(path).isFile()) return { state: 'not-plain' };
      if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
        return { state: 'open-to-others', mode: `0${(mode & 0o777).toString(8)}` };
      }
      return text(path);
    }),
};
