import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ReadConfig } from '../config/parse-config.ts';
import { fileReason } from './file-reasons.ts';
import { UsageError } from './usage.ts';

const NAMES = ['pgmedic.yaml', 'pgmedic.yml'] as const;

/** How the user names a file, here: each command's help has its own. */
type Naming = '--config FILE' | 'pgmedic config check FILE';

/**
 * The configuration's path: the file named, else `pgmedic.yaml` from here upwards to the repository's root (the folder
 * that holds `.git`). Outside of a repository only this folder is looked at: a file above may be anybody's.
 * @throws UsageError where there is none
 */
function findConfig(named: string | undefined, how: Naming, from: string = process.cwd()): string {
  if (named !== undefined) {
    const given = how === '--config FILE' ? `--config ${named}` : named;
    if (!existsSync(named)) throw new UsageError(`${given}: there is no such file`);
    return named;
  }
  const looked: string[] = [];
  for (const folder of upwards(from)) {
    for (const name of NAMES) {
      const file = path.join(folder, name);
      if (existsSync(file)) return path.relative(process.cwd(), file) || file;
    }
    looked.push(folder);
  }
  throw new UsageError(`there is no pgmedic.yaml in ${looked.join(', ')}; name one with ${how}`);
}

/** From this folder to the repository's root; only this folder where it is in none. */
function upwards(from: string): string[] {
  const folders: string[] = [];
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    folders.push(folder);
    if (existsSync(path.join(folder, '.git'))) return folders;
    if (folder === path.dirname(folder)) return folders.slice(0, 1);
  }
}

/** Finds, reads and checks the configuration; yaml and zod are loaded only here. Throws UsageError, ConfigError. */
export async function loadConfig(named: string | undefined, how: Naming = '--config FILE'): Promise<ReadConfig> {
  const file = findConfig(named, how);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${fileReason((error as NodeJS.ErrnoException).code ?? 'unreadable')}`);
  }
  const { parseConfig } = await import('../config/parse-config.ts');
  return parseConfig(text, file);
}
