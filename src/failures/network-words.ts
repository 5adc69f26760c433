import { isLoopback, isPrivate } from './address-kind.ts';
import { shellWordOr } from '../report/shell-quoting.ts';
import type { FailureContext } from './context.ts';
import { providerOf } from './provider-hosts.ts';

/** Parts of the network's messages that depend on where one stands. Pure. */

/** A name as one word of a command. */
const word = (text: string, placeholder = 'HOST'): string => shellWordOr(text, placeholder);

/** From where the firewall must let us in: what this machine sees, with the trap of address translation named. */
export function fromWhere({ localAddress, address }: FailureContext): string {
  if (localAddress === undefined || localAddress === '') return 'this machine’s address (see it with: ip route get 1)';
  if (isPrivate(localAddress) && !isPrivate(address)) {
    return `this machine’s public address (here it is ${localAddress}, which is translated on the way out; see it with: curl -s https://checkip.amazonaws.com)`;
  }
  return localAddress;
}

/** The address belongs to a private network, and we may stand outside of it. */
export const privateNote = ({ address, localAddress }: FailureContext): string =>
  isPrivate(address) && !isLoopback(address) && !(localAddress !== undefined && isPrivate(localAddress))
    ? '; it is a private address, which answers only inside its own network or VPN'
    : '';

/** Who can open the way. */
export function firewallOwner({ host }: FailureContext): string {
  const provider = providerOf(host);
  return provider?.firewall === undefined
    ? 'the firewall’s or security group’s owner'
    : `the owner of ${provider.firewall}`;
}

/** Where to look when a port refuses. */
export function refusedAdvice({ host, address, port }: FailureContext): string {
  if (isLoopback(address)) {
    return `Check that the server runs and on which port; inside a container, ${word(host, 'HOST')} is the container itself (try --host host.docker.internal); see what listens with: ss -ltn`;
  }
  return `Check the port, that the server runs, and its setting listen_addresses = '*' (the default is localhost only); then run: nc -vz ${word(address, 'ADDRESS')} ${port}`;
}

/** How to get there where there is no route. */
export function routeAdvice({ host, address }: FailureContext): string {
  if (!address.includes(':')) return `Check the VPN and the route with: ip route get ${word(address, 'ADDRESS')}`;
  const known = providerOf(host)?.ipv4;
  if (known !== undefined) return known;
  return `Use the server’s IPv4 address or a pooler that has one, or give this machine IPv6; see what it has with: ip -6 route get ${word(address, 'ADDRESS')}`;
}

/** Why there is no route, in the family's words. */
export const noRouteBecause = ({ address }: FailureContext): string =>
  address.includes(':')
    ? 'this machine has no IPv6 connectivity, and the address is IPv6'
    : 'this machine has no route to that network';

/** What is probably wrong with a name that nobody knows. */
export function nameAdvice({ host }: FailureContext): string {
  if (/^\w+:\/\//.test(host) || host.includes('/'))
    return `Give the bare host name, without scheme and path: --host ${word(host.replace(/^\w+:\/\//, '').split('/')[0] ?? '')}`;
  if (host.includes('@'))
    return `The “host” holds an @, so the password in the URI probably holds a raw @: write it there as %40, or pass the password as PGPASSWORD=…`;
  if (/^\[.*\]$/.test(host))
    return `Give the address without brackets outside a URI: --host ${word(host.slice(1, -1))}`;
  if (/:\d+$/.test(host))
    return `Give the port by itself: --host ${word(host.replace(/:\d+$/, ''))} --port ${/\d+$/.exec(host)?.[0] ?? ''}`;
  if (/\s/.test(host)) return `Remove the blank from the host name: --host ${word(host.replaceAll(/\s/g, ''))}`;
  if (!host.includes('.'))
    return `A short name needs a search domain, a container network or /etc/hosts; give the full name, then run: getent ahosts ${word(host)}`;
  return `Check the spelling; if it is a private name, join its network or VPN first; then run: getent ahosts ${word(host)}`;
}
