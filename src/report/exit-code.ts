import type { Result } from './report.ts';

/** Exit codes, the same in every output format (contract). */
export const EXIT = { ok: 0, missing: 1, unreachable: 2, usage: 64, bug: 70, sigint: 130, sigterm: 143 } as const;

/**
 * The exit code of a run.
 * @param connected whether a session was opened: a failure before that is 2, a failure after it is 1.
 */
export function exitCode(
  results: readonly Result[],
  options: { readonly connected: boolean; readonly strict: boolean; readonly reportOnly: boolean },
): number {
  const failed = results.filter((result) => result.status === 'fail');
  // A target that libpq reads, though it is surely not meant so, is attempted nevertheless.
  const attempted = results.some((result) => result.stage !== 'config' && result.status !== 'skip');
  if (!attempted && failed.length > 0) return EXIT.usage;
  // Also a server of another kind than target_session_attrs asks for: libpq does not connect to it.
  if (!options.connected && failed.length > 0) return EXIT.unreachable;
  if (options.reportOnly) return EXIT.ok;
  if (failed.length > 0) return EXIT.missing;
  if (options.strict && results.some((result) => result.status === 'warn')) return EXIT.missing;
  return EXIT.ok;
}
