import { EXIT } from '../report/exit-code.ts';

/**
 * Ctrl-C and SIGTERM end the run at once, with the code of the signal; a second one does not wait for the last words.
 * Sockets close with the process.
 */
export function stopOnSignals(argv: readonly string[]): void {
  const stop = (signal: string, code: number): void => {
    process.once(signal, () => {
      process.once(signal, () => process.exit(code));
      process.stderr.write(`pgmedic: stopped by ${signal}\n`);
      const why = { code: 'run-interrupted', args: { signal }, exitCode: code } as const;
      void import('./unfinished.ts')
        .then(({ reportUnfinished }) => reportUnfinished(argv, why))
        .finally(() => process.exit(code));
    });
  };
  stop('SIGINT', EXIT.sigint);
  stop('SIGTERM', EXIT.sigterm);
}
