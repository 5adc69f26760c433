import { CommanderError } from 'commander';
import { ConfigError } from '../config/config-error.ts';
import { forTerminal } from '../render/escape.ts';
import { EXIT } from '../report/exit-code.ts';
import { OutputError } from './output-file.ts';
import { buildProgram, longOptions } from './program.ts';
import { withoutUrlPassword } from '../target/shown-values.ts';
import { TargetError } from '../target/target-error.ts';
import { stopOnSignals } from './signals.ts';
import type { Unfinished } from './unfinished.ts';
import { settleWait } from './wait-argument.ts';
import { UsageError, adviceFor } from './usage.ts';
import { holdsPassword, usageWords } from './usage-words.ts';

/** Runs one command line. The one error boundary: whatever was thrown becomes an exit code and one clear line. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.ok); // `… | head` ends quietly
  });
  process.stderr.on('error', () => {}); // nobody can be told any more; what the run found is not changed by that
  // Best effort: until here everybody on this machine could read it.
  if (argv.some(holdsPassword)) process.title = `pgmedic ${/^[a-z]+$/.test(argv[0] ?? '') ? argv[0] : ''}`;
  stopOnSignals(argv);
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.once(event, (error: unknown) => void bugAtLast(argv, error));
  }
  let known: readonly string[] = [];
  try {
    const program = await buildProgram(argv);
    known = longOptions(program);
    await program.parseAsync([...settleWait(argv)], { from: 'user' });
    return Number(process.exitCode ?? EXIT.ok);
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.ok; // --help, --version
      return refuse(argv, usageWords(error.message, known).replace(/^pgmedic: /, '')); // commander has told it already
    }
    if (error instanceof UsageError || error instanceof OutputError || error instanceof ConfigError) {
      const told = withoutUrlPassword(error.message); // it may quote a word of the command line or of a file
      process.stderr.write(`pgmedic: ${forTerminal(told)}\n`);
      return refuse(argv, told, error);
    }
    if (error instanceof TargetError) {
      process.stderr.write(`pgmedic: ${forTerminal(error.message)}\n`);
      await tell(argv, { code: error.code, args: error.args, exitCode: EXIT.usage });
      return EXIT.usage;
    }
    return bug(argv, error);
  }
}

/** What nobody foresaw: one line, the report in the formats that were asked for, and never Node's own dump of the error. */
async function bug(argv: readonly string[], error: unknown): Promise<number> {
  const detail = error instanceof Error ? withoutUrlPassword(`${error.name}: ${error.message}`) : 'unknown';
  process.stderr.write(`pgmedic: a bug in pgmedic, please report it: ${forTerminal(detail)}\n`);
  const trace = error instanceof Error ? withoutUrlPassword(error.stack ?? '') : '';
  if (argv.includes('--debug')) process.stderr.write(`${trace.split('\n').map(forTerminal).join('\n')}\n`);
  await tell(argv, { code: 'bug-internal', args: { detail }, exitCode: EXIT.bug });
  return EXIT.bug;
}

/** The same where no one waits for the outcome any more: the process ends with it. */
async function bugAtLast(argv: readonly string[], error: unknown): Promise<void> {
  try {
    await bug(argv, error);
  } finally {
    process.exit(EXIT.bug);
  }
}

async function refuse(argv: readonly string[], detail: string, error?: unknown): Promise<number> {
  await tell(argv, { code: 'usage-invalid', args: { detail, advice: adviceFor(error) }, exitCode: EXIT.usage });
  return EXIT.usage;
}

async function tell(argv: readonly string[], why: Unfinished): Promise<void> {
  const { reportUnfinished } = await import('./unfinished.ts');
  await reportUnfinished(argv, why);
}
