import { CATALOGUE } from '../checks/catalogue.ts';
import { forTerminal } from '../render/escape.ts';
import { wrap } from '../render/wrap.ts';
import { EXIT } from '../report/exit-code.ts';
import type { Report } from '../report/report.ts';
import { interruption } from './signals.ts';
import { canAnimate } from './terminal.ts';

export interface Patience {
  /** How long to try again, in milliseconds. */
  readonly waitMs: number;
  /** One whole run that may take this many milliseconds. */
  readonly attempt: (limitMs: number) => Promise<Report>;
  /** Waits so many milliseconds and shows meanwhile what is in the way. */
  readonly pause: (ms: number, obstacle: string) => Promise<void>;
}

/** Pauses between attempts, in ms: quick at first, since a restart takes seconds, then every five seconds. */
const PAUSES = [500, 1000, 2000, 3000];
const LAST_PAUSE = 5000;

/** The least that an attempt needs to say something, in ms. */
const SHORTEST_ATTEMPT = 1000;

/** Whether the connection failed in a way that may heal by itself. A rejected login or certificate never does. */
const mayHeal = (report: Report): boolean =>
  report.exitCode === EXIT.unreachable && CATALOGUE[report.verdict.code ?? '']?.transient === true;

/**
 * Runs again and again until it connects, fails for good, or the time is over; the last try is at its end. Gives the last
 * report, with the time of all tries and their number.
 */
export async function untilHealed({ waitMs, attempt, pause }: Patience): Promise<Report> {
  const start = performance.now();
  const startedAt = new Date().toISOString();
  const left = (): number => waitMs - (performance.now() - start);
  for (let tries = 1; ; tries++) {
    const last = await attempt(Math.max(SHORTEST_ATTEMPT, left()));
    const durationMs = Math.round((performance.now() - start) * 10) / 10;
    const report = tries === 1 ? last : { ...last, startedAt, durationMs, tries };
    const ms = nextPause(tries, left());
    if (!mayHeal(report) || ms === null) return report;
    await pause(ms, report.verdict.message);
    if (interruption().aborted) return report;
  }
}

/** How long to wait after so many tries; null: the time is over. */
function nextPause(tries: number, leftMs: number): number | null {
  return leftMs < 1 ? null : Math.min(PAUSES[tries - 1] ?? LAST_PAUSE, leftMs);
}

/**
 * The same for what throws instead of reporting (the tunnel's set-up): tries again while the thrown error's code may heal.
 * Throws the last error.
 */
export async function untilSetUp<T>(waitMs: number, attempt: () => Promise<T>, pause: Patience['pause']): Promise<T> {
  const start = performance.now();
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const ms = nextPause(tries, waitMs - (performance.now() - start));
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      const words = CATALOGUE[code];
      if (words?.transient !== true || ms === null) throw error;
      await pause(ms, `${words.title} (${code})`);
    }
  }
}

const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    interruption().addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/**
 * Shows the obstacle on standard error: as a spinner's text on a terminal, else one line whenever it changes.
 * @param quiet say nothing.
 */
export function obstacleDisplay(quiet: boolean): Patience['pause'] {
  let shown = '';
  return async (ms, obstacle) => {
    const text = `waiting: ${forTerminal(obstacle)}`;
    if (quiet) return sleep(ms);
    if (canAnimate()) {
      const { default: ora } = await import('ora');
      // Behind the sign of the spinner and a blank.
      const spinner = ora({
        text: wrap(text, process.stderr.columns, 2),
        stream: process.stderr,
        discardStdin: false,
      }).start();
      await sleep(ms);
      spinner.stop();
      return undefined;
    }
    if (text !== shown) process.stderr.write(`pgmedic: ${text}\n`);
    shown = text;
    return sleep(ms);
  };
}
