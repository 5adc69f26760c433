import { Command } from 'commander';
import { forTerminal } from '../render/escape.ts';
import { VERSION } from '../version.ts';
import { closest } from './closest.ts';
import { exampleText } from './examples.ts';
import { expandNamedTarget } from './named-target.ts';
import { UsageError } from './usage.ts';
import { dashesHint, looksLikeCommand, usageWords } from './usage-words.ts';

const EXIT_CODES = `Exit codes: 0 all holds · 1 something is missing · 2 could not connect
            64 bad usage · 70 a bug · 130/143 stopped`;

/** Commander leaves prose of fewer columns than this to the terminal, which breaks inside words. */
const LEAST_PROSE = 20;

const forTerminalLines = (text: string): string => text.split('\n').map(forTerminal).join('\n');

/** How each command is loaded, in the order of the help. A new one is its file and one line here. */
const COMMANDS: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  test: async () => (await import('./test-command.ts')).registerTest,
  grants: async () => (await import('./grants-command.ts')).registerGrants,
  sql: async () => (await import('./sql-command.ts')).registerSql,
  tunnel: async () => (await import('./tunnel-command.ts')).registerTunnel,
  explain: async () => (await import('./explain-command.ts')).registerExplain,
  profiles: async () => (await import('./profiles-command.ts')).registerProfiles,
  config: async () => (await import('./config-command.ts')).registerConfig,
  completion: async () => (await import('./completion-command.ts')).registerCompletion,
};

/** The long options of all loaded commands. */
export const longOptions = (program: Command): readonly string[] => [
  ...new Set(program.commands.flatMap(({ options }) => options.flatMap(({ long }) => long ?? []))),
];

/** `tunnel` runs a command, whose options are taken for ours without the dashes. */
function hintFor(program: Command, complaint: string): string {
  const tunnel = program.commands.find((command) => command.name() === 'tunnel');
  return tunnel !== undefined && complaint.includes('unknown option') ? dashesHint(tunnel.args) : '';
}

/** Commands that speak of all the others. */
const NEEDS_ALL: readonly string[] = ['completion', 'man', 'help'];

/** The parser itself answers with the help of all, as if that had been asked for. */
function refuseUnknownHelp(word: string | undefined): void {
  if (word === undefined || word.startsWith('-') || word === 'help' || Object.hasOwn(COMMANDS, word)) return;
  const known = Object.keys(COMMANDS);
  if (!looksLikeCommand(word)) throw new UsageError(`help knows the commands ${known.join(', ')}`);
  const near = closest(word, known);
  const hint = near === null ? `known: ${known.join(', ')}` : `did you mean ${near}?`;
  throw new UsageError(`there is no command ${word}; ${hint}`);
}

/**
 * The command tree. Completion, the man page and the help are made from it.
 * @param argv where its first word is a command, only that one is loaded: all of them take longer than most runs.
 *   Without it, the tree is whole.
 */
export async function buildProgram(argv: readonly string[] = []): Promise<Command> {
  const program: Command = new Command('pgmedic')
    .description(
      'The connection doctor for PostgreSQL: can I get there, may I do my job there, and what do I type to fix it.',
    )
    .version(VERSION, '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', `\n${EXIT_CODES}\n`)
    .showSuggestionAfterError(true)
    .configureHelp({ minWidthToWrap: LEAST_PROSE })
    .configureOutput({
      outputError: (text, write) =>
        write(forTerminalLines(usageWords(text, longOptions(program)) + hintFor(program, text))),
    })
    .exitOverride();
  const [word = ''] = argv;
  if (word === 'help') refuseUnknownHelp(argv[1]);
  const names = Object.hasOwn(COMMANDS, word) && !NEEDS_ALL.includes(word) ? [word] : Object.keys(COMMANDS);
  for (const name of names) (await COMMANDS[name]?.())?.(program);
  for (const command of [program, ...program.commands]) command.addHelpText('before', exampleText(command.name()));
  program.hook('preAction', (_, command) => expandNamedTarget(command));
  return program;
}
