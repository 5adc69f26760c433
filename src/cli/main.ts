import { writeSync } from 'node:fs';
import { VERSION } from '../version.ts';

/** `--version` alone is answered before anything else is loaded. */
function start(argv: readonly string[]): void {
  if (argv.length === 1 && argv[0] === '--version') return sayVersion();
  void import('./run-command.ts').then(async ({ runCommand }) => leave(await runCommand(argv)));
}

function sayVersion(): void {
  try {
    // Not process.stdout: making that stream takes longer than the rest.
    writeSync(1, `${VERSION}\n`);
  } catch {
    // A closed pipe: nobody reads.
  }
}

/** All is said: what still holds the event loop (a name server that does not answer, a peer that will not let go) may not. */
function leave(code: number): void {
  process.exitCode = code;
  // On Windows pipes are written later. Everywhere else leaving at once also spares Node the tidying up of its memory.
  if (process.stdout.writableLength + process.stderr.writableLength === 0) process.exit();
  setTimeout(() => process.exit(), 2000).unref();
}

start(process.argv.slice(2));
