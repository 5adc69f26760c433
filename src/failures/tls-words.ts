import { providerOf } from './provider-hosts.ts';

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
