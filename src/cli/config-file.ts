import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../config/config-schema.ts';
import { UsageError } from './usage.ts';

const NAMES = ['pgmedic.yaml', 'pgmedic.yml'] as const;

/**
 * The configuration's path: the file named, else `pgmedic.yaml` from here upwards to the repository's root (the folder
 * that holds `.git`). Outside of a repository only this folder is looked at: a file above may be anybody's.
 * @throws UsageError where there is none
 */
function findConfig(named: string | undefined, from: string = process.cwd()): string {
  if (named !== undefined) {
    if (!existsSync(named)) throw new UsageError(`--config ${named}: there is no such file`);
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
  throw new UsageError(`there is no pgmedic.yaml in ${looked.join(', ')}; name one with --config`);
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

export interface LoadedConfig {
  readonly file: string;
  readonly config: Config;
}

/** Finds, reads and checks the configuration; yaml and zod are loaded only here. Throws UsageError, ConfigError. */
export async function loadConfig(named: string | undefined): Promise<LoadedConfig> {
  const file = findConfig(named);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? 'unreadable'}`);
  }
  const { parseConfig } = await import('../config/parse-config.ts');
  return { file, config: parseConfig(text, file) };
}
