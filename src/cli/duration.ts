import { InvalidArgumentError } from 'commander';
import { LONGEST_MS } from '../connect/deadline.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/;

/** Reads `30s`, `5m`, `500ms`, `1h` or plain seconds; gives milliseconds. */
export function parseDuration(text: string): number {
  const match = DURATION.exec(text.trim());
  const ms = match === null ? NaN : Number(match[1]) * (UNITS[match[2] ?? 's'] ?? NaN);
  if (!Number.isFinite(ms) || ms < 0) throw new InvalidArgumentError('Give a duration such as 500ms, 30s or 5m.');
  return ms;
}

/** The limit of a stage, where 0 means none, as in libpq's connect_timeout. In: text as above; out: ms that a timer takes. */
export const parseConnectTimeout = (text: string): number => parseDuration(text) || LONGEST_MS;
