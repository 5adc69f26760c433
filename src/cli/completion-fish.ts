import { type TreeCommand, type TreeOption, isFile } from './command-tree.ts';

/** A completion script for fish, from the command tree. */
export const fishCompletion = (root: TreeCommand): string =>
  [
    '# pgmedic completion for fish. Put it into ~/.config/fish/completions/pgmedic.fish',
    'complete -c pgmedic -f',
    ...linesOf(root, []),
    '',
  ].join('\n');

function linesOf(command: TreeCommand, path: readonly string[]): string[] {
  const names = command.commands.map(({ name }) => name);
  const seen = path.map((name) => `__fish_seen_subcommand_from ${name}`);
  const none = names.length === 0 ? [] : [`not __fish_seen_subcommand_from ${names.join(' ')}`];
  const condition = [...seen, ...none].join('; and ');
  const when = condition === '' ? '' : ` -n ${quote(condition)}`;
  return [
    ...command.commands.map((each) => `complete -c pgmedic${when} -a ${each.name} -d ${quote(each.description)}`),
    ...command.words.map((word) => `complete -c pgmedic${when} -a ${word}`),
    ...command.options.map((option) => `complete -c pgmedic${when}${optionOf(option)}`),
    ...command.commands.flatMap((each) => linesOf(each, [...path, each.name])),
  ];
}

function optionOf(option: TreeOption): string {
  const short = option.short === null ? '' : ` -s ${option.short.slice(1)}`;
  const needsValue = option.value !== null && !option.optional;
  const values =
    option.choices.length > 0
      ? ` -xa ${quote(option.choices.join(' '))}`
      : needsValue
        ? isFile(option)
          ? ' -rF'
          : ' -x'
        : '';
  return `${short} -l ${option.long.slice(2)}${values} -d ${quote(option.description)}`;
}

const quote = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
