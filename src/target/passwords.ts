import { Secret } from '../report/secret.ts';
import type { SourcedValues } from './environment.ts';
import { DEFAULT_PORT } from './hosts.ts';
import type { HostEntry } from './hosts.ts';
import { findPassword } from './passfile.ts';
import type { TargetNotice } from './types.ts';
import type { World } from './world.ts';

/** PostgreSQL's own default directory of sockets; Debian and Red Hat build libpq with /var/run/postgresql. */
export const UPSTREAM_SOCKET_FOLDER = '/tmp';

export interface PasswordSearch {
  readonly values: SourcedValues;
  readonly entries: readonly HostEntry[];
  readonly user: string;
  readonly database: string;
  /** The passfile to ask; undefined where there is no home and none was named. */
  readonly passfile: string | undefined;
  readonly defaultHost: string;
}

export interface FoundPasswords {
  /** One for each entry. */
  readonly passwords: readonly (Secret | undefined)[];
  readonly notices: readonly TargetNotice[];
}

/**
 * The password of each host: the given one, or else (also where the given one is empty) the passfile's first line that
 * matches that host. The host is compared as written, `hostaddr` only without one, and the default socket directory as
 * `localhost`.
 */
export function findPasswords(search: PasswordSearch, world: World): FoundPasswords {
  const given = search.values['password'];
  if (given !== undefined && given.value !== '') {
    const password = new Secret(given.value, given.from);
    return { passwords: search.entries.map(() => password), notices: [] };
  }
  const none = search.entries.map(() => undefined);
  const file = search.passfile;
  if (file === undefined) return { passwords: none, notices: [] };
  const read = world.readPrivateFile(file);
  if (read.state !== 'read') return { passwords: none, notices: passfileNotices(file, read, search.values) };
  const passwords = search.entries.map((entry) => {
    const host = entry.host === '' ? entry.hostaddr : entry.host;
    const local = host === search.defaultHost || host === UPSTREAM_SOCKET_FOLDER;
    const match = findPassword(read.text, {
      host: local ? 'localhost' : host,
      port: entry.port === '' ? DEFAULT_PORT : entry.port,
      database: search.database,
      user: search.user,
    });
    // An empty password counts as none: libpq says that none was supplied.
    return match === undefined || match.password === ''
      ? undefined
      : new Secret(match.password, `passfile:${file}:${match.line}`);
  });
  return { passwords, notices: [] };
}

function passfileNotices(
  file: string,
  read: Exclude<ReturnType<World['readPrivateFile']>, { state: 'read' }>,
  values: SourcedValues,
): readonly TargetNotice[] {
  switch (read.state) {
    case 'open-to-others':
      return [{ code: 'target-passfile-permissions', args: { file, mode: read.mode } }];
    case 'not-plain':
      return [{ code: 'target-passfile-not-plain', args: { file } }];
    case 'unreadable':
      return [{ code: 'target-passfile-unreadable', args: { file, reason: read.reason } }];
    default:
      // libpq is silent about a missing file; but who names one expects it to be there.
      return (values['passfile']?.from ?? 'default') === 'default'
        ? []
        : [{ code: 'target-passfile-unreadable', args: { file, reason: 'there is no such file' } }];
  }
}
