import { Command } from 'commander';
import { forTerminal } from '../render/escape.ts';
import { VERSION } from '../version.ts';
import { registerExplain } from './explain-command.ts';
import { registerConfig } from './config-command.ts';
import { registerGrants } from './grants-command.ts';
import { expandNamedTarget } from './named-target.ts';
import { registerProfiles } from './profiles-command.ts';
import { registerSql } from './sql-command.ts';
import { registerTest } from './test-command.ts';
import { registerTunnel } from './tunnel-command.ts';
import { usageWords } from './usage-words.ts';

const EXAMPLES = `Examples:
  pgmedic test postgres://app@db.example.com/analytics
  pgmedic grants postgres://app@db.example.com/analytics --need read,write
  pgmedic test -h db.example.com -U app -d analytics --json

Exit codes: 0 all holds · 1 something is missing · 2 could not connect · 64 bad usage · 70 a bug · 130/143 stopped

`;

const forTerminalLines = (text: string): string => text.split('\n').map(forTerminal).join('\n');

/** The command tree. Completion, the man page and the help are made from it. */
export function buildProgram(): Command {
  const program = new Command('pgmedic')
    .description(
      'The connection doctor for PostgreSQL: can I get there, may I do my job there, and what do I type to fix it.',
    )
    .version(VERSION, '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('beforeAll', '')
    .addHelpText('after', `\n${EXAMPLES}`)
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
  program.hook('preAction', (_, command) => expandNamedTarget(command));
  return program;
}
