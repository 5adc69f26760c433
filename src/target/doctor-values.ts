import { shellWordOr } from '../report/shell-quoting.ts';
import type { DoctorNotice } from './doctor-notice.ts';
import type { SourcedValues } from './environment.ts';
import { isSocket } from './hosts.ts';
import { readLeniently } from './reading.ts';
import { shownHost } from './shown-values.ts';
import type { Sourced } from './types.ts';
import { isUri } from './uri.ts';

/** Notices about values that libpq takes as they are and that will fail later. Secrets stay out of the arguments. */
export const valueNotices = (values: SourcedValues): readonly DoctorNotice[] => [
  ...hostNotices(values['host']),
  ...databaseNotices(values['dbname']),
  ...passwordNotices(values['password']),
];

function hostNotices(host: Sourced<string> | undefined): readonly DoctorNotice[] {
  // In a URI the shape of the whole text says more.
  if (host === undefined || host.from === 'uri') return [];
  return host.value.split(',').flatMap((entry): readonly DoctorNotice[] => {
    const fault = hostFault(entry);
    if (fault === undefined) return [];
    return [{ code: 'target-host-shape', args: { ...fault, host: shownHost(entry), from: host.from } }];
  });
}

const hostWord = (host = ''): string => `host=${shellWordOr(host, 'HOST')}`;
const hostAndPort = (host = '', port = ''): string => `${hostWord(host)} port=${port}`;

function hostFault(host: string): { readonly what: string; readonly instead: string } | undefined {
  if (host.includes('://')) {
    return {
      what: 'a URL in it',
      instead: `pgmedic test ${shellWordOr(readLeniently(host.replace(/^https?:/i, 'postgresql:')).bare, 'URL')}`,
    };
  }
  const socket = /^(.*)\/\.s\.PGSQL\.(\d+)$/.exec(host);
  if (socket !== null) return { what: 'the file name of the socket in it', instead: hostAndPort(socket[1], socket[2]) };
  if (isSocket(host)) return undefined;
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(host);
  if (bracketed !== null) {
    return { what: 'brackets around it', instead: hostAndPort(bracketed[1], bracketed[2] ?? '5432') };
  }
  const withPort = /^([^:]+):(\d+)$/.exec(host);
  if (withPort !== null) return { what: 'a port in it', instead: hostAndPort(withPort[1], withPort[2]) };
  if (/\s/.test(host)) return { what: 'a blank in it', instead: hostWord(host.replaceAll(/\s+/g, '')) };
  if (/^["'].*["']$/.test(host)) return { what: 'quotes around it', instead: hostWord(host.slice(1, -1)) };
  return undefined;
}

function databaseNotices(dbname: Sourced<string> | undefined): readonly DoctorNotice[] {
  if (dbname === undefined) return [];
  const isConnectionString = isUri(dbname.value) || /^(?:host|port|user|dbname|password)=/.test(dbname.value);
  if (!isConnectionString) return [];
  const { url } = readLeniently(dbname.value);
  return [{ code: 'target-database-is-connection-string', args: { from: dbname.from, url } }];
}

function passwordNotices(password: Sourced<string> | undefined): readonly DoctorNotice[] {
  if (password === undefined) return [];
  const { value, from } = password;
  const what = /[\r\n]$/.test(value)
    ? 'a line end after it'
    : /^\s|\s$/.test(value)
      ? 'a blank before or after it'
      : /^(["']).*\1$/.test(value)
        ? 'quotes around it'
        : undefined;
  return what === undefined ? [] : [{ code: 'target-password-edges', args: { from, what } }];
}
