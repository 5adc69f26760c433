import { EXIT } from '../report/exit-code.ts';

/** Ctrl-C and SIGTERM end the run at once, with the code of the signal. Sockets close with the process. */
export function stopOnSignals(): void {
  const stop = (signal: string, code: number): void => {
    process.once(signal, () => {
      process.stderr.write(`pgmedic: stopped by ${signal}\n`);
      process.exit(code);
    });
  };
  stop('SIGINT', EXIT.sigint);
  stop('SIGTERM', EXIT.sigterm);
}
