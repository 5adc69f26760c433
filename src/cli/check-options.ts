import type { Command } from 'commander';
import type { ConnectionFlags } from './options.ts';

const collect = (text: string, previous?: readonly string[]): readonly string[] => [
  ...(previous ?? []),
  ...text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== ''),
];

/** `--list`, `--only`, `--skip` of `test`. */
export function addCheckOptions(command: Command): Command {
  return command
    .optionsGroup('Checks:')
    .option('--list', 'list all checks; connect to nothing')
    .option(
      '--only <ids>',
      'run these checks only (ids or stages, comma-separated); the stages themselves always run',
      collect,
    )
    .option('--skip <ids>', 'leave these checks out', collect);
}

/** Whether the flags say anything about checks. */
export const asksForChecks = ({ list, only, skip }: ConnectionFlags): boolean =>
  list === true || [only ?? [], skip ?? []].flat().length > 0;
