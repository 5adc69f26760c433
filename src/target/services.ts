import type { Environment } from './environment.ts';
import { parseServiceFile } from './service-file.ts';
import { refusal } from './target-error.ts';
import type { World } from './world.ts';

/** Where libpq builds look when PGSYSCONFDIR is not set: Debian's, the RPMs', and the default of PostgreSQL itself. */
const SYSTEM_FOLDERS = ['/etc/postgresql-common', '/etc/sysconfig/pgsql', '/usr/local/pgsql/etc'];

/**
 * The options of a service: from PGSERVICEFILE, else from the home's `.pg_service.conf` if there is one; if the group is not there,
 * from the system's `pg_service.conf`. Throws TargetError when no file defines it or its group has a fault.
 */
export function serviceValues(
  service: string,
  env: Environment,
  home: string | undefined,
  world: World,
): Record<string, string> {
  const looked: string[] = [];
  const named = env['PGSERVICEFILE'];
  const first = named ?? (home === undefined ? undefined : `${home}/.pg_service.conf`);
  const folder = env['PGSYSCONFDIR'];
  const system = (folder === undefined ? SYSTEM_FOLDERS : [folder]).map((path) => `${path}/pg_service.conf`);
  for (const file of first === undefined ? system : [first, ...system]) {
    const read = world.readFile(file);
    if (read.state === 'read') {
      const values = parseServiceFile(read.text, service, file);
      if (values !== undefined) return values;
    } else if (file === named) {
      const reason = read.state === 'unreadable' ? read.reason : 'there is no such file';
      throw refusal('target-service-file-missing', { file, reason });
    }
    looked.push(file);
  }
  throw refusal('target-service-not-found', { service, files: looked.join(', ') });
}
