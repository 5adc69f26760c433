import { type TreeCommand, type TreeOption, isFile } from './command-tree.ts';

/** A completion script for zsh, from the command tree. */
export const zshCompletion = (root: TreeCommand): string => `#compdef pgmedic
# pgmedic completion for zsh. Put it into a folder of $fpath as _pgmedic, or: source <(pgmedic completion zsh)
${functions(root, '_pgmedic').join('\n')}
if [ "$funcstack[1]" = "_pgmedic" ]; then _pgmedic "$@"; else compdef _pgmedic pgmedic; fi
`;

function functions(command: TreeCommand, name: string): string[] {
  const specs = command.options.map(specOf);
  if (command.commands.length === 0) {
    const argument = command.words.length > 0 ? [`'1:value:(${command.words.join(' ')})'`] : [`'*:: :_default'`];
    return [`${name}() {\n  _arguments -s ${[...specs, ...argument].join(' \\\n    ')}\n}`];
  }
  const listed = command.commands.map((each) => `    '${escaped(each.name)}:${escaped(each.description)}'`).join('\n');
  const cases = command.commands.map((each) => `        ${each.name}) ${name}_${each.name} ;;`).join('\n');
  const own = `${name}() {
  local context state state_descr line
  typeset -A opt_args
  local -a commands=(
${listed}
  )
  _arguments -C ${[...specs, `'1:command:->command'`, `'*::argument:->argument'`].join(' \\\n    ')}
  case $state in
    command) _describe command commands ;;
    argument)
      case $words[1] in
${cases}
      esac ;;
  esac
}`;
  return [...command.commands.flatMap((each) => functions(each, `${name}_${each.name}`)), own];
}

/** In a specification quotes end the word, and a colon or a bracket ends the part. */
const escaped = (text: string): string =>
  text.replaceAll("'", String.raw`'\''`).replaceAll(/[[\]:\\]/g, String.raw`\$&`);

function specOf(option: TreeOption): string {
  const { short, long, description, value, optional, choices, list } = option;
  const names = short === null ? long : `{${short},${long}}`;
  const offered = list ? `_values -s , ${escaped(value ?? '')} ${choices.join(' ')}` : `(${choices.join(' ')})`;
  const values = choices.length > 0 ? offered : isFile(option) ? '_files' : ' ';
  const taken = value === null ? '' : `${optional ? '::' : ':'}${escaped(value)}:${values}`;
  const rest = `'[${escaped(description)}]${taken}'`;
  // \`*\`: an option may be given again; braces stand outside of the quotes so that zsh expands them.
  return short === null ? `'*${names}'${rest}` : `'*'${names}${rest}`;
}
