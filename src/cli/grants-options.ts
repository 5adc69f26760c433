import type { Command } from 'commander';
import { type Need, UnknownNeedError, parseNeeds } from '../grants/needs.ts';
import type { Acceptance } from '../grants/acceptance.ts';
import type { NeedGroup } from '../grants/groups.ts';
import { PROFILES, findProfile } from '../profiles/index.ts';
import type { Profile } from '../profiles/profile.ts';
import { closest } from './closest.ts';
import { PatternError, compilePattern } from '../grants/pattern.ts';
import type { GrantsPlan } from '../run/grants.ts';
import type { ConnectionFlags } from './options.ts';
import { repeatable } from './repeatable.ts';
import { UsageError } from './usage.ts';

/** The options of `grants` and `sql`: what is needed, and where to look. */
export function addGrantsOptions(command: Command): Command {
  return command
    .optionsGroup('What is asked:')
    .option('--need <list>', 'read, write, truncate, future, … and single privileges; repeatable', repeatable)
    .option('--schema <re>', 'only schemas whose whole name matches; repeatable', repeatable)
    .option('--exclude-schema <re>', 'leave these schemas out; repeatable', repeatable)
    .option('--table <re>', 'only relations whose schema.name matches; repeatable', repeatable)
    .option('--exclude-table <re>', 'leave these relations out; repeatable', repeatable)
    .option('--profile <name>', 'what a known consumer needs: dbt, dagster, prequel, … (pgmedic profiles)')
    .option('--max <list>', 'rights beyond these and beyond the needs are findings too; "none" allows only the needs')
    .option('--role <name>', 'judge this role; its password is not needed');
}

/** Reads them. Throws UsageError, with the place of the error for a regular expression. */
export function grantsPlan(flags: ConnectionFlags): GrantsPlan {
  const texts = (name: string): readonly string[] => (flags[name] ?? []) as readonly string[];
  const filters = {
    schemas: texts('schema'),
    excludeSchemas: texts('excludeSchema'),
    tables: texts('table'),
    excludeTables: texts('excludeTable'),
  };
  try {
    for (const pattern of Object.values(filters).flat()) compilePattern(pattern);
    const profile = profileFrom(flags['profile']);
    const max = maxFrom(flags);
    const expected = (flags['expectedNeeds'] ?? []) as readonly Need[];
    return {
      needs: [...needsFrom(flags), ...expected, ...(profile === undefined ? [] : parseNeeds(profile.needs))],
      filters,
      groups: (flags['needGroups'] ?? []) as readonly NeedGroup[],
      accept: (flags['accept'] ?? []) as readonly Acceptance[],
      ...(profile === undefined ? {} : { profile }),
      ...(max === undefined ? {} : { max }),
      ...(typeof flags['role'] === 'string' ? { role: flags['role'] } : {}),
    };
  } catch (error) {
    if (error instanceof PatternError) throw new UsageError(error.message);
    throw error;
  }
}

/** The profile of a known consumer. Throws UsageError for a name that is none. */
function profileFrom(name: unknown): Profile | undefined {
  if (typeof name !== 'string') return undefined;
  const profile = findProfile(name);
  if (profile !== undefined) return profile;
  const near = closest(
    name,
    PROFILES.map((each) => each.name),
  );
  throw new UsageError(
    `unknown profile "${name}"; ${near === null ? 'the' : `did you mean "${near}"? The`} list: pgmedic profiles`,
  );
}

/** What `--max` allows. Throws UsageError. */
function maxFrom(flags: ConnectionFlags): readonly Need[] | undefined {
  const { max } = flags;
  if (typeof max !== 'string') return undefined;
  return max.trim() === 'none' ? [] : wordsOf(max, '--max: unknown right');
}

/** What `--need` asks for. Throws UsageError for a word that means nothing. */
export function needsFrom(flags: ConnectionFlags): readonly Need[] {
  const texts = (flags['need'] ?? []) as readonly string[];
  const needs = wordsOf(texts.join(','));
  if (texts.length > 0 && needs.length === 0) throw new UsageError('--need: the list is empty');
  return needs;
}

/** Reads need words. Throws UsageError, in the words of the option, for one that means nothing. */
function wordsOf(list: string, unknown = 'unknown need'): readonly Need[] {
  try {
    return parseNeeds(list);
  } catch (error) {
    if (error instanceof UnknownNeedError) {
      const { word, suggestion } = error;
      const hint = suggestion === null ? '' : `; did you mean "${suggestion}"?`;
      throw new UsageError(`${unknown} "${word}"${hint}`);
    }
    throw error;
  }
}
