import type { Args } from '../report/finding.ts';
import type { FailureContext } from './context.ts';
import { providerOf } from './provider-hosts.ts';

const GENERIC =
  "Ask the server's owner (or the cloud provider) for the CA certificate and name it: --sslrootcert /path/to/ca.pem";

/** Arguments of certificate refusals that depend on whose server it is. Pure. */
export function certificateAdvice(code: string, args: Args, { host }: FailureContext): Args {
  if (code !== 'tls-certificate-unknown-ca' && code !== 'tls-certificate-name-mismatch') return {};
  return { caAdvice: providerOf(host)?.certificate ?? GENERIC, firstName: firstName(String(args['names'] ?? '')) };
}

/** A name of the certificate to paste as host: the first that is no wildcard, else the wildcard's pattern. */
function firstName(names: string): string {
  const list = names.split(', ').filter((name) => name !== '');
  return list.find((name) => !name.startsWith('*')) ?? list[0] ?? 'NAME';
}
