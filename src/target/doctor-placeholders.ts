import type { DoctorNotice } from './doctor-notice.ts';
import { rawParts } from './doctor-userinfo.ts';
import type { Reading } from './reading.ts';

const WORD = '(?:your|pass|user|host|project|db|database|port|ref|region|name|secret|endpoint|server)';
const FORMS: readonly (readonly [form: string, pattern: RegExp])[] = [
  ['[…]', new RegExp(String.raw`\[[\w -]*${WORD}[\w -]*\]`, 'i')],
  ['<…>', new RegExp(`<[^<>]*${WORD}[^<>]*>`, 'i')],
  ['${…}', /\$\{[^{}]*\}/],
  ['{{…}}', /\{\{[^{}]*\}\}/],
  ['$NAME', /^\$[A-Z_][A-Z0-9_]{2,}$/],
  ['%NAME%', /^%[A-Z_][A-Z0-9_]*%$/],
  ['your-…', /^your[-_ ]?(?:password|user(?:name)?|host(?:name)?|db|database|server)$/i],
  ['***', /^(?:\*{3,}|•{3,}|x{4,}|redacted|\[redacted\])$/i],
];

/** Notices about `[YOUR-PASSWORD]`, `${VAR}` and the like, and about a password that was masked before it was copied. */
export function placeholderNotices({ uri, values }: Reading): readonly DoctorNotice[] {
  const parts = uri === undefined ? Object.entries(values) : rawParts(uri);
  return parts.flatMap(([part, raw]) => {
    const hit = FORMS.find(([, pattern]) => pattern.test(raw));
    return hit === undefined ? [] : [{ code: 'target-url-placeholder' as const, args: { part, form: hit[0] } }];
  });
}

/** The same for a text that has no parts, such as an unexpanded `$DATABASE_URL`. */
export function opaquePlaceholder({ inner, uri, pairs }: Reading): readonly DoctorNotice[] {
  if (uri !== undefined || pairs !== undefined) return [];
  const hit = FORMS.find(([form, pattern]) => form !== 'your-…' && pattern.test(inner));
  return hit === undefined
    ? []
    : [{ code: 'target-url-placeholder', args: { part: 'connection string', form: hit[0] } }];
}
