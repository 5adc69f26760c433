import { Interrupted } from '../failures/raw-errors.ts';
import { EXIT } from '../report/exit-code.ts';

/** A run that is stopped gets so long, in ms, to close its connections and to print what it has seen. */
const LAST_WORDS_MS = 1500;

const stopped = new AbortController();
let concluding = false;
let code: number | null = null;

/** For a run that can end early with what it has seen so far; who asks for it takes the duty to end when it fires. */
export function interruption(): AbortSignal {
  concluding = true;
  return stopped.signal;
}

/** The exit code of the signal that stopped the run, or null. */
export const interruptedCode = (): number | null => code;

/**
 * Ctrl-C and SIGTERM end the run with the code of the signal: a run that is under way reports what it has seen, closes
 * what it opened and ends by itself; any other ends at once. A second signal waits for nothing.
 */
export function stopOnSignals(argv: readonly string[]): void {
  const stop = (signal: string, exitCode: number): void => {
    process.once(signal, () => {
      process.once(signal, () => process.exit(exitCode));
      code ??= exitCode;
      process.stderr.write(`pgmedic: stopped by ${signal}\n`);
      const why = { code: 'run-interrupted', args: { signal }, exitCode } as const;
      const end = (): void =>
        void import('./unfinished.ts')
          .then(({ reportUnfinished }) => reportUnfinished(argv, why))
          .finally(() => process.exit(exitCode));
      stopped.abort(new Interrupted(signal));
      if (concluding) setTimeout(end, LAST_WORDS_MS).unref();
      else end();
    });
  };
  stop('SIGINT', EXIT.sigint);
  stop('SIGTERM', EXIT.sigterm);
}
