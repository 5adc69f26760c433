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

function misreadNotices(uri: MeantUri, bare: string): readonly DoctorNotice[] {
  const parts = [
    ['user', uri.user],
    ['password', uri.password ?? ''],
  ] as const;
  const notices: DoctorNotice[] = [];
  for (const [part, raw] of parts) {
    for (const character of ['@', '/', '?', '#']) {
      if (raw.includes(character)) {
        const args = { character, encoded: encodePart(character), part, asRead: uri.asRead, bare };
        notices.push({ code: 'target-url-raw-character', args });
      }
    }
  }
  // A whole number before the slash makes a port of it, so libpq connects: to a host named like the user.
  const isSilent = /^\d{1,5}\//.test(uri.password ?? '');
  return notices.map((notice, index) =>
    isSilent && index === 0 ? { code: 'target-url-raw-slash', args: notice.args } : notice,
  );
}

function isUtf8(run: string): boolean {
  try {
    decodeURIComponent(run);
    return true;
  } catch {
    return false;
  }
}
