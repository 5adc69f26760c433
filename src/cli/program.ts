import { Command } from 'commander';
import { forTerminal } from '../render/escape.ts';
import { VERSION } from '../version.ts';
import { exampleText } from './examples.ts';
import { registerExplain } from './explain-command.ts';
import { registerCompletion } from './completion-command.ts';
import { registerConfig } from './config-command.ts';
import { registerGrants } from './grants-command.ts';
import { expandNamedTarget } from './named-target.ts';
import { registerProfiles } from './profiles-command.ts';
import { registerSql } from './sql-command.ts';
import { registerTest } from './test-command.ts';
import { registerTunnel } from './tunnel-command.ts';
import { usageWords } from './usage-words.ts';

const EXIT_CODES =
  'Exit codes: 0 all holds · 1 something is missing · 2 could not connect · 64 bad usage · 70 a bug · 130/143 stopped';

const forTerminalLines = (text: string): string => text.split('\n').map(forTerminal).join('\n');

/** The command tree. Completion, the man page and the help are made from it. */
export function buildProgram(): Command {
  const program = new Command('pgmedic')
    .description(
      'The connection doctor for PostgreSQL: can I get there, may I do my job there, and what do I type to fix it.',
    )
    .version(VERSION, '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', `\n${EXIT_CODES}\n`)
    .showSuggestionAfterError(true)
    .configureOutput({ outputError: (text, write) => write(forTerminalLines(usageWords(text))) })
    .exitOverride();
  registerTest(program);
  registerGrants(program);
  registerSql(program);
  registerTunnel(program);
  registerExplain(program);
  registerProfiles(program);
  registerConfig(program);
  registerCompletion(program);
  for (const command of [program, ...program.commands]) command.addHelpText('before', exampleText(command.name()));
  program.hook('preAction', (_, command) => expandNamedTarget(command));
  return program;
}
