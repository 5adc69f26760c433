import { Option } from 'commander';
import { parseDuration } from './duration.ts';

/** What `--wait` alone means. */
const DEFAULT_WAIT = '5m';

/**
 * Gives a bare `--wait` its value before commander sees it: an optional value would swallow the next word, so that
 * `--wait postgres://…` lost its target. No target begins with a digit: `--wait 30s` stays what it is, and `--wait 3x` is
 * refused as a duration. Words after `--` are not ours.
 */
export function settleWait(argv: readonly string[]): readonly string[] {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  return argv.map((word, index) =>
    word === '--wait' && index < end && (index + 1 >= end || !/^\d/.test(argv[index + 1] ?? ''))
      ? `--wait=${DEFAULT_WAIT}`
      : word,
  );
}

export const waitOption = (): Option =>
  new Option(
    '--wait [duration]',
    `try again for so long (${DEFAULT_WAIT} unless told) while what is broken may heal: refused, starting, full, no answer`,
  )
    .preset(DEFAULT_WAIT)
    .argParser(parseDuration);
