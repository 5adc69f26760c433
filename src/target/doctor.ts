import type { DoctorNotice } from './doctor-notice.ts';
import { otherToolsNotice } from './differences.ts';
import { encodingNotices, pairNotices, parameterNotices } from './doctor-parameters.ts';
import { schemeNotices } from './doctor-scheme.ts';
import { opaquePlaceholder, placeholderNotices } from './doctor-placeholders.ts';
import { userinfoNotices } from './doctor-userinfo.ts';
import { readLeniently } from './reading.ts';
import type { Reading } from './reading.ts';
import { isUri } from './uri.ts';

/**
 * What is wrong, or will surprise, in a connection string: each notice carries the repaired string in `args.url`, with
 * `***` for the password. Pure; never throws; no argument holds any part of a secret. The gravest comes first.
 */
export function diagnoseConninfo(text: string): readonly DoctorNotice[] {
  const reading = readLeniently(text);
  const notices = [...causes(reading), ...warnings(reading)];
  return notices.map(({ code, args }) => ({ code, args: { ...args, url: reading.url } }));
}

function wrappingNotices({ wrapping, inner, text }: Reading): readonly DoctorNotice[] {
  if (wrapping === undefined) return [];
  // libpq 18 strips spaces after a URI.
  const isHarmless = text.startsWith(inner) && /^ +$/.test(text.slice(inner.length)) && isUri(text);
  return isHarmless
    ? [{ code: 'target-url-edge-blank', args: {} }]
    : [{ code: 'target-url-wrapped', args: { what: wrapping } }];
}

/** Why libpq refuses or misreads the string; the first one explains a refusal best. */
const causes = (reading: Reading): readonly DoctorNotice[] => [
  ...wrappingNotices(reading),
  ...opaquePlaceholder(reading),
  ...schemeNotices(reading),
  ...userinfoNotices(reading),
  ...encodingNotices(reading),
  ...pairNotices(reading),
  ...parameterNotices(reading),
];

const warnings = (reading: Reading): readonly DoctorNotice[] => [
  ...placeholderNotices(reading),
  ...(isUri(reading.inner) ? otherToolsNotice(reading) : []),
];

/** Worth hearing, but never why libpq refuses. */
const HARMLESS: ReadonlySet<string> = new Set(['target-url-plus', 'target-url-not-utf8', 'target-url-edge-blank']);

/** The notice that explains best why libpq refuses the text; undefined where its own words say all. */
export function explainRefusal(text: string): DoctorNotice | undefined {
  const reading = readLeniently(text);
  const cause = causes(reading).find(({ code }) => !HARMLESS.has(code));
  return cause === undefined ? undefined : { code: cause.code, args: { ...cause.args, url: reading.url } };
}
