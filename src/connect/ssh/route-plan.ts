import { SshFailure } from '../../failures/raw-errors.ts';
import { parseSshHops } from '../../target/ssh-hops.ts';
import type { SshHopSpec } from '../../target/types.ts';
import { resolveHop } from './hop-settings.ts';
import type { HopSettings, SshOptions } from './types.ts';

const MAX_JUMPS = 8;

/**
 * The settings of every bastion of the route, in order, ProxyJump of the first one followed (an explicit chain replaces
 * the ProxyJump of all others, as `ssh -J` does).
 * @throws SshFailure `ssh-proxy-command`, `ssh-jump-loop`, `ssh-config-…`
 */
export async function planRoute(hops: readonly SshHopSpec[], options: SshOptions): Promise<HopSettings[]> {
  const planned: HopSettings[] = [];
  for (const [index, hop] of hops.entries()) {
    const settings = await resolveHop(hop, options, index);
    if (index > 0) {
      planned.push(settings);
      continue;
    }
    if (settings.proxyCommand !== null) {
      throw new SshFailure('ssh-proxy-command', 'dns', 0, { bastion: hop.host, command: settings.proxyCommand });
    }
    planned.push(settings);
    let first = settings;
    while (first.proxyJump !== null) {
      if (planned.length > MAX_JUMPS)
        throw new SshFailure('ssh-jump-loop', 'dns', 0, { bastion: hop.host, jump: first.proxyJump });
      const jumps = await Promise.all(parseSshHops(first.proxyJump).map((jump) => resolveHop(jump, options, 0)));
      planned.unshift(...jumps);
      const [head] = jumps;
      if (head === undefined) break;
      first = head;
    }
  }
  return planned;
}
