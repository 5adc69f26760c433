import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import { StageTimeout } from '../failures/raw-errors.ts';
import { withDeadline } from './deadline.ts';

export interface HostAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

const resolveAll = (host: string): Promise<readonly HostAddress[]> =>
  new Promise((resolve, reject) => {
    // `verbatim` keeps getaddrinfo's order, which is the order in which libpq tries the addresses.
    lookup(host, { all: true, verbatim: true }, (error, found) => {
      if (error !== null) return reject(error);
      const unique = new Map(
        found.map(({ address, family }) => [address, { address, family: family === 6 ? 6 : 4 } as const]),
      );
      return resolve([...unique.values()]);
    });
  });

/**
 * All addresses of a name, in getaddrinfo's order, without duplicates. A numeric host (also `fe80::1%eth0`) gives itself.
 * Throws StageTimeout after `timeoutMs`, the signal's reason, or Node's own error (`ENOTFOUND`, `EAI_AGAIN`).
 */
export async function lookupAll(
  host: string,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<readonly HostAddress[]> {
  const family = isIP(host);
  if (family === 4 || family === 6) return [{ address: host, family }];
  return withDeadline(resolveAll(host), {
    ...options,
    timeout: () => new StageTimeout('dns', options.timeoutMs, 'answer from the name service'),
  });
}
