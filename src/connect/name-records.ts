import { promises } from 'node:dns';
import { withDeadline } from './deadline.ts';

const WAIT_MS = 1500;

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown');

/**
 * Whether a name that getaddrinfo does not know exists without an address: the name servers say NODATA for both
 * families, not NXDOMAIN. Any doubt (no server, no time) is false.
 * @param servers name servers to ask instead of the system's, `address:port`.
 */
export async function existsWithoutAddress(host: string, servers: readonly string[] = []): Promise<boolean> {
  const resolver = new promises.Resolver({ timeout: WAIT_MS, tries: 1 });
  if (servers.length > 0) resolver.setServers(servers);
  const outcome = (asked: Promise<readonly string[]>): Promise<string> =>
    asked.then((found) => (found.length === 0 ? 'ENODATA' : 'found'), codeOf);
  try {
    const both = Promise.all([outcome(resolver.resolve4(host)), outcome(resolver.resolve6(host))]);
    const answers = await withDeadline(both, { timeoutMs: WAIT_MS, timeout: () => new Error('no answer') });
    return answers.every((answer) => answer === 'ENODATA');
  } catch {
    return false;
  } finally {
    resolver.cancel();
  }
}
