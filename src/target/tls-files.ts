import type { SourcedValues } from './environment.ts';
import type { World } from './world.ts';

/**
 * The files of `~/.postgresql/` that libpq takes where nothing is said: root certificates and revocation list if they
 * exist, the client certificate if it exists (unless sslcertmode=disable), and the key that belongs to a certificate
 * whether it exists or not (a missing one is libpq's error when it connects).
 */
export function defaultTlsFiles(values: SourcedValues, folder: string | undefined, world: World): SourcedValues {
  const found: SourcedValues = {};
  if (folder === undefined || values['sslmode']?.value === 'disable') return found;
  const isSet = (keyword: string): boolean => (values[keyword]?.value ?? '') !== '';
  const take = (keyword: string, name: string): void => {
    found[keyword] = { value: `${folder}/${name}`, from: 'default' };
  };
  const takeIfPresent = (keyword: string, name: string): void => {
    if (world.exists(`${folder}/${name}`)) take(keyword, name);
  };
  if (!isSet('sslrootcert')) takeIfPresent('sslrootcert', 'root.crt');
  if (!isSet('sslcrl') && !isSet('sslcrldir')) takeIfPresent('sslcrl', 'root.crl');
  if (values['sslcertmode']?.value === 'disable') return found;
  if (!isSet('sslcert')) takeIfPresent('sslcert', 'postgresql.crt');
  if (!isSet('sslkey') && (isSet('sslcert') || found['sslcert'] !== undefined)) take('sslkey', 'postgresql.key');
  return found;
}
