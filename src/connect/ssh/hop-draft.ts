import type { HopDraft } from '../../failures/ssh-facts.ts';
import type { HopSettings } from './types.ts';

/** The facts of a hop before anything was seen of it. */
export const draftOf = (settings: HopSettings): HopDraft => ({
  alias: settings.alias,
  host: settings.host.value,
  port: settings.port.value,
  user: settings.user.value,
  from: { host: settings.host.from, port: settings.port.from, user: settings.user.from },
  addresses: [],
  attempts: [],
  ms: {},
  notices: [],
});

/** A bastion as `--ssh` names it, up to its port: with the user where one was named there. */
export function loginOf({ alias, user, from }: HopDraft): string {
  const host = alias.includes(':') ? `[${alias}]` : alias;
  return from.user === 'flag' ? `${user}@${host}` : host;
}
