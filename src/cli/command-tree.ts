import type { Command, Option } from 'commander';
import { valuesOf, wordsOfArgument } from './completion-values.ts';

/** One option as completion and the man page need it. */
export interface TreeOption {
  readonly short: string | null;
  readonly long: string;
  readonly description: string;
  /** What stands for its value (`file`), or null where it takes none. */
  readonly value: string | null;
  readonly optional: boolean;
  readonly choices: readonly string[];
  /** Several of the choices may follow each other, with commas. */
  readonly list: boolean;
}

/** One command with everything below it, as plain data. */
export interface TreeCommand {
  readonly name: string;
  readonly description: string;
  readonly argument: string;
  readonly argumentHelp: string;
  /** The argument's known values. */
  readonly words: readonly string[];
  readonly options: readonly TreeOption[];
  readonly commands: readonly TreeCommand[];
}

/** The command tree as it is registered: the one source of help, completion and man page. */
export function commandTree(command: Command): TreeCommand {
  const [argument] = command.registeredArguments;
  const help = command.createHelp();
  const brackets = argument?.required === true ? ['<', '>'] : ['[', ']'];
  return {
    name: command.name(),
    description: command.description(),
    argument:
      argument === undefined ? '' : `${brackets[0]}${argument.name()}${argument.variadic ? '...' : ''}${brackets[1]}`,
    argumentHelp: argument?.description ?? '',
    words: argument?.argChoices ?? wordsOfArgument(command.name()),
    options: help.visibleOptions(command).map(treeOption),
    commands: help
      .visibleCommands(command)
      .filter((each) => each.name() !== 'help')
      .map(commandTree),
  };
}

function treeOption(option: Option): TreeOption {
  const offered = valuesOf(option.long ?? '');
  const value = /[<[]([^>\]]+)[>\]]?/.exec(option.flags)?.[1] ?? null;
  return {
    short: option.short ?? null,
    long: option.long ?? '',
    description: option.description,
    value,
    optional: option.optional && !option.required,
    choices: option.argChoices ?? offered.values,
    list: offered.list === true,
  };
}

export const isFile = ({ value }: TreeOption): boolean => value?.toLowerCase() === 'file';
