import { type TreeCommand, type TreeOption, isFile } from './command-tree.ts';

/** A completion script for bash 4 and later, from the command tree. */
export function bashCompletion(root: TreeCommand): string {
  const cases = leaves(root).map(({ path, command }) => caseOf(path, command));
  return `# pgmedic completion for bash. Load it with: source <(pgmedic completion bash)
_pgmedic() {
  local cur prev words cword path word head
  cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path=pgmedic
  # bash splits words at "=" and ":"; an option's value then stands after a lone "=".
  if [[ $cur == "=" ]]; then cur="" ; elif [[ $prev == "=" ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
      ${pathsOf(root).map(quote).join('|')}) path="$path $word" ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
}
complete -o bashdefault -o default -F _pgmedic pgmedic
`;
}

interface Leaf {
  readonly path: string;
  readonly command: TreeCommand;
}

function leaves(command: TreeCommand, before = ''): Leaf[] {
  const path = `${before}${command.name}`;
  return [{ path, command }, ...command.commands.flatMap((each) => leaves(each, `${path} `))];
}

const pathsOf = (root: TreeCommand): string[] =>
  leaves(root)
    .map(({ path }) => path)
    .filter((path) => path !== root.name);

const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const spellings = ({ short, long }: TreeOption): string =>
  [short, long]
    .filter(Boolean)
    .map((each) => quote(each ?? ''))
    .join('|');

function caseOf(path: string, command: TreeCommand): string {
  const withValue = command.options.filter(({ value, optional }) => value !== null && !optional);
  const values = withValue.map((option) => {
    if (option.choices.length > 0) {
      const words = `-W ${quote(option.choices.join(' '))}`;
      // Of a list, what follows the last comma is completed, and what comes before stays.
      const offered = option.list
        ? `head=""; [[ $cur == *,* ]] && head="\${cur%,*},"; COMPREPLY=($(compgen -P "$head" ${words} -- "\${cur##*,}"))`
        : `COMPREPLY=($(compgen ${words} -- "$cur"))`;
      return `        ${spellings(option)}) ${offered}; return ;;`;
    }
    return `        ${spellings(option)}) COMPREPLY=(${isFile(option) ? '$(compgen -f -- "$cur")' : ''}); return ;;`;
  });
  const options = command.options.map(({ long }) => long).join(' ');
  const words = [...command.commands.map(({ name }) => name), ...command.words].join(' ');
  return `    ${quote(path)})
      case "$prev" in
${values.join('\n')}
      esac
      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W ${quote(options)} -- "$cur"))
      else COMPREPLY=($(compgen -W ${quote(words)} -- "$cur")); fi
      ;;`;
}
