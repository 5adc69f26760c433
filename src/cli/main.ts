import { CommanderError } from 'commander';
import { EXIT } from '../report/exit-code.ts';
import { OutputError } from './output.ts';
import { buildProgram } from './program.ts';
import { stopOnSignals } from './signals.ts';
import { UsageError, reportUsage } from './usage.ts';

/** The one error boundary: whatever was thrown becomes an exit code and one clear line. */
export async function main(argv: readonly string[]): Promise<number> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.ok); // `… | head` ends quietly
    throw error;
  });
  stopOnSignals();
  try {
    const program = buildProgram();
    await program.parseAsync([...argv], { from: 'user' });
    return Number(process.exitCode ?? EXIT.ok);
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.ok; // --help, --version
      await reportUsage(argv, error.message.replace(/^error: /, ''), true);
      return EXIT.usage;
    }
    if (error instanceof UsageError || error instanceof OutputError) {
      await reportUsage(argv, error.message, false);
      return EXIT.usage;
    }
    process.stderr.write(
      `pgmedic: a bug in pgmedic, please report it: ${error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'}\n`,
    );
    if (argv.includes('--debug') && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
    return EXIT.bug;
  }
}

process.exitCode = await main(process.argv.slice(2));
