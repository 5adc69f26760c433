import type { Look } from '../render/look.ts';
import { NO_COLORS } from '../render/paint.ts';

interface LookFlags {
  readonly color?: unknown;
  readonly quiet?: unknown;
  readonly verbose?: unknown;
}

/** Whether to colour: flags beat NO_COLOR, which beats FORCE_COLOR; then only a terminal is coloured. */
function wantsColor(flags: LookFlags, isTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  if (flags.color === 'always') return true;
  if (flags.color === 'never' || flags.color === false) return false;
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  return isTerminal && env['TERM'] !== 'dumb';
}

/** UTF-8 by the locale's rules: LC_ALL, else LC_CTYPE, else LANG. */
function speaksUnicode(env: NodeJS.ProcessEnv): boolean {
  if (process.platform === 'win32') return env['WT_SESSION'] !== undefined;
  const locale =
    [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '') ?? '';
  return /utf-?8/i.test(locale);
}

/**
 * Whether a spinner can be shown on standard error. Not where the terminal does not say how wide it is (`docker run -t`,
 * `script`, expect): ora divides by the width and clears lines without end (measured, ora 9.4).
 */
export const canAnimate = (): boolean =>
  process.stderr.isTTY && process.stderr.columns > 0 && (process.env['CI'] ?? '') === '';

/** The columns that prose on standard output may take; a pipe has no end. */
export function proseWidth(): number {
  const columns = Math.trunc(Number(process.env['COLUMNS']));
  if (process.stdout.isTTY && process.stdout.columns >= 20) return process.stdout.columns;
  return columns >= 40 ? columns : Infinity;
}

/** How standard output is to look. */
export async function lookOf(flags: LookFlags, toFile: boolean): Promise<Look> {
  const isTerminal = !toFile && process.stdout.isTTY;
  const columns = Math.trunc(Number(process.env['COLUMNS']));
  const colored = !toFile && wantsColor(flags, isTerminal, process.env);
  return {
    width: isTerminal && process.stdout.columns >= 20 ? process.stdout.columns : columns >= 40 ? columns : 100,
    clips: isTerminal || columns >= 40,
    paint: colored ? (await import('../render/colors.ts')).COLORS : NO_COLORS,
    unicode: speaksUnicode(process.env),
    verbosity: flags.quiet === true ? 'quiet' : flags.verbose === true ? 'verbose' : 'normal',
  };
}
