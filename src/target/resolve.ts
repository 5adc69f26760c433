import { Secret } from '../report/secret.ts';
import { isMisread } from './doctor-notice.ts';
import { startupSettings } from './environment.ts';
import type { SourcedValues } from './environment.ts';
import { DEFAULT_PORT, hostCandidate, hostEntries } from './hosts.ts';
import type { HostEntry, HostFault } from './hosts.ts';
import { isSecret } from './keywords.ts';
import { explainedError } from './explain-error.ts';
import { gatherValues } from './layers.ts';
import type { Gathered } from './layers.ts';
import { findPasswords, UPSTREAM_SOCKET_FOLDER } from './passwords.ts';
import { targetNotices } from './target-notices.ts';
import { refusal, TargetError } from './target-error.ts';
import { defaultTlsFiles } from './tls-files.ts';
import type { HostCandidate, ResolvedTarget, ResolveInput, Sourced, TargetNotice } from './types.ts';
import { validateValues } from './validate.ts';
import type { World } from './world.ts';

/** Where Debian's and Red Hat's libpq look for the socket. */
const PACKAGED_SOCKET_FOLDER = '/var/run/postgresql';

/**
 * What libpq 18 would connect to with this input, every value with its source. `world` is the machine: the only thing
 * asked besides the input. Throws TargetError where libpq refuses before connecting.
 */
export function resolveWith(input: ResolveInput, world: World): ResolvedTarget {
  const env = input.env ?? {};
  const home = input.home ?? (env['HOME'] || undefined);
  const gathered = gatherValues(input, home, world);
  const values: SourcedValues = { ...gathered.values };

  const user = fallback(values['user'], () => {
    const name = world.userName();
    if (name === undefined) throw refusal('target-user-unknown');
    return name;
  });
  const database = fallback(values['dbname'], () => user.value);
  const defaultHost = defaultHostOf(world);
  const host = values['host']?.value ?? '';
  const hostaddr = values['hostaddr']?.value ?? '';
  const port = values['port']?.value ?? '';
  const entries = explaining(gathered, () => hostEntries({ host, hostaddr, port }, defaultHost));

  const folders = homeFolders(home, env['APPDATA'], world);
  const passfile = fallback(values['passfile'], () => folders.passfile ?? '');
  const found = findPasswords(
    { values, entries, user: user.value, database: database.value, passfile: passfile.value || undefined, defaultHost },
    world,
  );

  const dialled = explaining(gathered, () => {
    const hosts = dialledHosts(entries, values, world.platform);
    const tcp = hosts.candidates.every(({ transport }) => transport === 'tcp');
    validateValues(values, tcp);
    return hosts;
  });

  Object.assign(values, defaultTlsFiles(values, folders.tls, world), { user, dbname: database });
  if (host === '' && hostaddr === '') values['host'] = { value: defaultHost, from: 'default' };
  if (values['port']?.value === '') values['port'] = { value: DEFAULT_PORT, from: 'default' };
  if (passfile.value !== '' && (values['password']?.value ?? '') === '') values['passfile'] = passfile;

  const passwords = dialled.kept.map((index) => found.passwords[index]);
  const sslPassword = values['sslpassword'];
  const doctor = targetNotices(input, gathered);
  // What a misread URI gives as port or host may be a piece of its password, and the doctor has said why.
  const skipped = isMisread(doctor)
    ? dialled.notices.filter(
        ({ args }) => args['from'] !== gathered.connectionString?.from && args['path'] === undefined,
      )
    : dialled.notices;
  return {
    target: {
      parameters: Object.fromEntries(Object.entries(values).filter(([keyword]) => !isSecret(keyword))),
      candidates: dialled.candidates,
      user,
      database,
      startupSettings: startupSettings(env),
      route: [],
      notices: [...doctor, ...found.notices, ...skipped],
    },
    secrets: {
      ...(passwords[0] === undefined ? {} : { password: passwords[0] }),
      passwords,
      ...(sslPassword === undefined || sslPassword.value === ''
        ? {}
        : { sslPassword: new Secret(sslPassword.value, sslPassword.from) }),
    },
  };
}

/** A value that libpq refuses may come from a connection string that it reads otherwise than meant. */
function explaining<T>({ connectionString }: Gathered, judge: () => T): T {
  try {
    return judge();
  } catch (error) {
    if (!(error instanceof TargetError) || connectionString === undefined) throw error;
    const { from } = error.args;
    if (from !== undefined && from !== connectionString.from) throw error;
    throw explainedError(error, connectionString.text);
  }
}

/** libpq takes an empty user, database, passfile for one that was not given. */
const fallback = (given: Sourced<string> | undefined, value: () => string): Sourced<string> =>
  given === undefined || given.value === '' ? { value: value(), from: 'default' } : given;

function defaultHostOf(world: World): string {
  if (world.platform === 'win32') return 'localhost';
  return world.exists(PACKAGED_SOCKET_FOLDER) ? PACKAGED_SOCKET_FOLDER : UPSTREAM_SOCKET_FOLDER;
}

function homeFolders(
  home: string | undefined,
  appData: string | undefined,
  world: World,
): { readonly passfile?: string; readonly tls?: string } {
  if (world.platform === 'win32' && appData !== undefined) {
    return { passfile: `${appData}/postgresql/pgpass.conf`, tls: `${appData}/postgresql` };
  }
  return home === undefined ? {} : { passfile: `${home}/.pgpass`, tls: `${home}/.postgresql` };
}

interface DialledHosts {
  readonly candidates: readonly HostCandidate[];
  /** Index of each candidate's entry. */
  readonly kept: readonly number[];
  readonly notices: readonly TargetNotice[];
}

/** Leaves out the entries that libpq reports and passes over; throws when none is left. */
function dialledHosts(entries: readonly HostEntry[], values: SourcedValues, platform: string): DialledHosts {
  const from = { hostaddr: values['hostaddr']?.from ?? 'default', port: values['port']?.from ?? 'default' };
  const candidates: HostCandidate[] = [];
  const kept: number[] = [];
  const faults: HostFault[] = [];
  for (const [index, entry] of entries.entries()) {
    const outcome = hostCandidate(entry, from, platform);
    if ('candidate' in outcome) {
      candidates.push(outcome.candidate);
      kept.push(index);
    } else {
      faults.push(outcome.fault);
      if (outcome.fault.final) break;
    }
  }
  const [first] = faults;
  if (candidates.length === 0 && first !== undefined) throw refusal(first.code, first.args);
  const notices = faults.map(({ code, args }) => ({ code, args }));
  return { candidates, kept, notices };
}
