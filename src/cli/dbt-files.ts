import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { DbtFiles } from '../config/dbt-profile.ts';
import { fileReason } from './file-reasons.ts';
import { UsageError } from './usage.ts';

/** dbt's order: DBT_PROFILES_DIR, this folder, ~/.dbt; and the project of this folder. Throws UsageError. */
export function readDbtFiles(env: NodeJS.ProcessEnv = process.env): DbtFiles {
  const named = env['DBT_PROFILES_DIR'];
  const folders = named === undefined || named === '' ? ['', path.join(env['HOME'] ?? homedir(), '.dbt')] : [named];
  const project = textOf('dbt_project.yml');
  for (const folder of folders) {
    const file = path.join(folder, 'profiles.yml');
    const profiles = textOf(file);
    if (profiles !== undefined) return { file, profiles, ...(project === undefined ? {} : { project }) };
  }
  const looked = folders.map((folder) => (folder === '' ? 'this folder' : folder)).join(' or ');
  throw new UsageError(`--dbt: there is no profiles.yml in ${looked}; its folder can be named with DBT_PROFILES_DIR`);
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UsageError(`cannot read ${file}: ${fileReason(code ?? 'unreadable')}`);
  }
}
