import { encodePart } from './encoding.ts';
import type { DoctorNotice } from './doctor-notice.ts';
import type { MeantUri } from './meant-uri.ts';
import type { Reading } from './reading.ts';

/** Raw texts of a URI's parts, in order. */
export const rawParts = (uri: MeantUri): readonly (readonly [part: string, raw: string])[] => [
  ['user', uri.user],
  ['password', uri.password ?? ''],
  ['host', uri.hosts.join(',')],
  ['port', uri.ports.join(',')],
  ['database', uri.dbname],
];

/** Notices about characters in the URI that must be percent-encoded. */
export function userinfoNotices({ uri, bare }: Reading): readonly DoctorNotice[] {
  if (uri === undefined) return [];
  const notices: DoctorNotice[] = [];
  if (uri.userinfoMisread) notices.push(...misreadNotices(uri, bare));
  for (const [part, raw] of rawParts(uri)) {
    if (/%(?![0-9A-Fa-f]{2})/.test(raw)) notices.push({ code: 'target-url-raw-percent', args: { part } });
    if (/[^ ] +[^ ]/.test(raw)) notices.push({ code: 'target-url-raw-blank', args: { part } });
    if (/^ | $/.test(raw)) notices.push({ code: 'target-url-edge-blank', args: {} });
  }
  for (const [part, raw] of rawParts(uri)) {
    if (raw.includes('+')) notices.push({ code: 'target-url-plus', args: { part } });
    for (const run of raw.match(/(?:%[0-9A-Fa-f]{2})+/g) ?? []) {
      if (!isUtf8(run)) notices.push({ code: 'target-url-not-utf8', args: { part } });
    }
  }
  return notices;
}

/** What ends a part of a URI, or begins an escape that is none; in an order that is not the password's. */
const SPECIAL = [/@/, /\//, /\?/, /#/, /%(?![0-9A-Fa-f]{2})/];

interface RawCharacter {
  readonly part: string;
  readonly character: string;
}

/** All of them at once: each that is left makes libpq misread the next attempt too. */
function misreadNotices({ user, password = '', asRead }: MeantUri, bare: string): readonly DoctorNotice[] {
  const all = [
    ['user', user],
    ['password', password],
  ].flatMap(([part = '', raw = '']) =>
    SPECIAL.flatMap((special) => special.exec(raw)?.[0] ?? []).map((character): RawCharacter => ({ part, character })),
  );
  // A whole number before the slash makes a port of it, so libpq connects: to a host named like the user.
  if (!/^\d{1,5}\//.test(password)) return rawCharacters(all, asRead, bare);
  const slash: DoctorNotice = { code: 'target-url-raw-slash', args: { part: 'password', asRead, bare } };
  const others = all.filter(({ part, character }) => part !== 'password' || character !== '/');
  return [slash, ...rawCharacters(others, asRead, bare)];
}

function rawCharacters(found: readonly RawCharacter[], asRead: string, bare: string): readonly DoctorNotice[] {
  if (found.length === 0) return [];
  const part = [...new Set(found.map((each) => each.part))].join(' and the ');
  const characters = [...new Set(found.map(({ character }) => character))];
  const encoded = characters.map((character) => `${character} as ${encodePart(character)}`).join(', ');
  const advice = `Write ${encoded} in the ${part}`;
  return [{ code: 'target-url-raw-character', args: { part, characters: characters.join(' '), advice, asRead, bare } }];
}

function isUtf8(run: string): boolean {
  try {
    decodeURIComponent(run);
    return true;
  } catch {
    return false;
  }
}
