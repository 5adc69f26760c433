import type { FailureContext } from './context.ts';

/** The client's address as the server saw it: only its own message knows that (NAT, bastions, poolers). Null if untold. */
export const clientAddress = (message: string): string | null =>
  /host "([0-9A-Fa-f.:]+(?:%\w+)?|\[local\])"/.exec(message)?.[1] ?? null;

/**
 * A name as pg_hba.conf takes it: bare only where it is plain and no word of its own. What a shell would run inside double
 * quotes, should the line land in one, has no other spelling here: then a word in capitals stands for the name.
 */
function hbaWord(name: string, placeholder: string): string {
  const isWord = /^[\p{L}\p{N}_.$-]+$/u.test(name);
  if (isWord && !/^(all|sameuser|samerole|samegroup|replication)$/.test(name)) return name;
  return /[`\p{C}]|\$[({]/u.test(name) ? placeholder : `"${name.replaceAll('"', '""')}"`;
}

/** The whole pg_hba.conf line that would let this connection in. */
export function hbaLine(message: string, context: FailureContext): string {
  const address = clientAddress(message);
  const database = / for replication connection /.test(message) ? 'replication' : hbaWord(context.database, 'DATABASE');
  const who = `${database} ${hbaWord(context.user, 'USER')}`;
  if (address === '[local]') return `local ${who} scram-sha-256`;
  const encrypted = context.encrypted || /SSL (encryption|on)/.test(message);
  const type = encrypted ? 'hostssl' : 'host';
  if (address === null) return `${type} ${who} CLIENT_ADDRESS/32 scram-sha-256`;
  // The server writes link-local addresses with their zone, which pg_hba.conf does not take.
  const bare = address.replace(/%.*$/, '');
  return `${type} ${who} ${bare}/${bare.includes(':') ? 128 : 32} scram-sha-256`;
}
