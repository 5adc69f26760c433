import type { FailureContext } from './context.ts';

/** The client's address as the server saw it: only its own message knows that (NAT, bastions, poolers). Null if untold. */
export const clientAddress = (message: string): string | null => /host "([^"]+)"/.exec(message)?.[1] ?? null;

/** pg_hba.conf takes a bare word only without blanks, commas, quotes and `#`, and keeps some words for itself. */
function hbaWord(name: string): string {
  const isWord = /^[^\s,"#/+@]+$/.test(name) && !/^(all|sameuser|samerole|samegroup|replication)$/.test(name);
  return isWord ? name : `"${name.replaceAll('"', '""')}"`;
}

/** The whole pg_hba.conf line that would let this connection in. */
export function hbaLine(message: string, context: FailureContext): string {
  const address = clientAddress(message);
  const database = / for replication connection /.test(message) ? 'replication' : hbaWord(context.database);
  const who = `${database} ${hbaWord(context.user)}`;
  if (address === '[local]') return `local ${who} scram-sha-256`;
  const encrypted = context.encrypted || /SSL (encryption|on)/.test(message);
  const type = encrypted ? 'hostssl' : 'host';
  if (address === null) return `${type} ${who} CLIENT_ADDRESS/32 scram-sha-256`;
  // The server writes link-local addresses with their zone, which pg_hba.conf does not take.
  const bare = address.replace(/%.*$/, '');
  return `${type} ${who} ${bare}/${bare.includes(':') ? 128 : 32} scram-sha-256`;
}
