import { encodePart } from './encoding.ts';
import { isSecret } from './keywords.ts';
import { withoutUrlPassword } from './shown-values.ts';

/**
 * Writes libpq values as a URI that parseConninfo reads back to the same values (empty ones as query parameters).
 * In: libpq keywords to values. The password appears in it: see `redacted` for print.
 */
export function formatUri(values: Readonly<Record<string, string>>): string {
  const { user = '', password = '', host = '', port = '', dbname = '', ...others } = values;
  const query: Record<string, string> = { ...others };
  for (const keyword of ['user', 'password', 'host', 'port', 'dbname']) {
    if (values[keyword] === '') query[keyword] = '';
  }
  let userinfo = '';
  if (user !== '' || password !== '') {
    userinfo = `${encodePart(user)}${password === '' ? '' : `:${encodePart(password)}`}@`;
  }
  const hosts = host.split(',');
  const ports = port.split(',');
  const pairs = hosts.map((name, index) => hostAndPort(name, ports[index] ?? ''));
  let authority = pairs.join(',');
  if (ports.length !== hosts.length) {
    authority = '';
    if (host !== '') query['host'] = host;
    if (port !== '') query['port'] = port;
  }
  const parameters = Object.entries(query).map(([name, value]) => `${encodePart(name)}=${encodePart(value)}`);
  const path = dbname === '' && parameters.length === 0 ? '' : `/${encodePart(dbname)}`;
  return `postgresql://${userinfo}${authority}${path}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}`;
}

function hostAndPort(host: string, port: string): string {
  const name = /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%.*)?$/.test(host)
    ? `[${host.replaceAll('%', '%25')}]`
    : encodePart(host);
  return port === '' ? name : `${name}:${encodePart(port)}`;
}

/** The same values with `***` for every secret that is set. */
export const redacted = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      isSecret(name) && value !== '' ? '***' : withoutUrlPassword(value),
    ]),
  );
