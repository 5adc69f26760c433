import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { matchesGlob } from '../../target/glob.ts';

/** OpenSSH's own limit (READCONF_MAX_DEPTH, readconf.c). */
const MAX_DEPTH = 16;

export interface ConfigText {
  /** The files' text, Include followed, in order; first value wins (ssh_config(5)). */
  readonly text: string;
  /** Whether a `Match exec` stands somewhere: then the text must not be given to anything that runs it. */
  readonly hasMatchExec: boolean;
  /** Files that exist and could not be read. */
  readonly unreadable: readonly string[];
}

/** Node 20 has no globSync, and an Include names mostly one folder: `*` and `?` in the last part only. */
function expandGlob(pattern: string): string[] {
  if (!/[*?]/.test(pattern)) return [pattern];
  const folder = path.dirname(pattern);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => matchesGlob(path.basename(pattern), name) && !name.startsWith('.'))
    .toSorted()
    .map((name) => path.join(folder, name));
}

const words = (text: string): string[] => [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2] ?? '');

/**
 * Reads ssh_config files with their Includes into one text for a parser, and sees whether a `Match exec` is in it.
 * @param files in order of precedence; missing ones are skipped, as ssh does.
 */
export function readSshConfig(files: readonly string[], home: string): ConfigText {
  const out: string[] = [];
  const unreadable: string[] = [];
  let hasMatchExec = false;
  let tooDeep = false;
  const include = (file: string, isSystem: boolean, depth: number): void => {
    // As ssh does, give up altogether: files that include each other twice would be read 2^16 times.
    tooDeep ||= depth > MAX_DEPTH;
    if (tooDeep || !existsSync(file)) return;
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      unreadable.push(file);
      return;
    }
    let scope = 'Host *';
    out.push(scope);
    for (const line of text.split(/\r?\n/)) {
      const [, keyword = '', rest = ''] = /^\s*"?([A-Za-z]+)"?\s*[\s=]\s*(.*)$/.exec(line) ?? [];
      switch (keyword.toLowerCase()) {
        case 'include': {
          for (const word of words(rest)) {
            const base = isSystem ? '/etc/ssh' : path.join(home, '.ssh');
            const target = word.startsWith('~/') ? path.join(home, word.slice(2)) : path.resolve(base, word);
            for (const found of expandGlob(target)) include(found, isSystem, depth + 1);
          }
          out.push(scope); // the included file's blocks end with it
          break;
        }
        case 'match':
          if (/\bexec\b/i.test(rest)) hasMatchExec = true;
          scope = line.trim();
          out.push(scope);
          break;
        case 'host':
          scope = line.trim();
          out.push(scope);
          break;
        default:
          out.push(line);
      }
    }
  };
  for (const file of files) include(file, file.startsWith('/etc/ssh/'), 0);
  return { text: out.join('\n'), hasMatchExec, unreadable };
}
