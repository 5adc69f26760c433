import { providerOf } from './provider-hosts.ts';

/**
 * How TLS comes to a server that has none, as a template of a fix. `ssl = on` alone does nothing: without a certificate
 * the server refuses the setting when it reads it, and it reads it only when told to.
 */
export const SWITCH_TLS_ON =
  'Give the server a certificate, made as its own user in its data directory: openssl req -new -x509 -days 365 -nodes -subj /CN={host} -out server.crt -keyout server.key; then switch TLS on as a superuser: ALTER SYSTEM SET ssl = on; SELECT pg_reload_conf()';

/** Why a line is plain though TLS was asked for: what the server answered to SSLRequest. */
export const NO_TLS_OFFERED = 'the server does not offer TLS';

const GENERIC =
  "Ask the server's owner (or the cloud provider) for the CA certificate and name it: --sslrootcert /path/to/ca.pem";

/** A name of the certificate to paste as host: the first that is no wildcard, else the wildcard's pattern. */
function firstName(names: string): string {
  const list = names.split(', ').filter((name) => name !== '');
  return list.find((name) => !name.startsWith('*')) ?? list[0] ?? 'NAME';
}

/**
 * What to do about a certificate, depending on whose server it is and which names it has. Pure.
 * @param names the certificate's names, joined by commas.
 */
export const certificateAdvice = (names: string, host = ''): { caAdvice: string; firstName: string } => ({
  caAdvice: providerOf(host)?.certificate ?? GENERIC,
  firstName: firstName(names),
});
