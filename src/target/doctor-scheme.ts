import type { DoctorNotice } from './doctor-notice.ts';
import { printable } from './printable.ts';
import type { Reading } from './reading.ts';
import { isRelative, splitScheme } from './schemes.ts';
import { isUri } from './uri.ts';

/** Notices about what stands before the `://`. */
export function schemeNotices({ inner, uri, pairs }: Reading): readonly DoctorNotice[] {
  if (isUri(inner)) return [];
  const scheme = /^((?:jdbc:)?[A-Za-z][A-Za-z0-9.+-]*):/i.exec(inner)?.[1];
  const hasSlashes = inner.includes('://');
  if (scheme !== undefined && (hasSlashes || /^(?:jdbc:)?postgres/i.test(inner))) return named(scheme, hasSlashes);
  if (uri !== undefined) return [{ code: 'target-scheme-missing', args: {} }];
  const isWord = pairs === undefined && /^[^\s=]+$/.test(inner);
  return isWord ? [{ code: 'target-word-only', args: {} }] : [];
}

function named(written: string, hasSlashes: boolean): readonly DoctorNotice[] {
  const scheme = printable(written.replaceAll(/[+:]/g, '_')) === '***' ? '***' : written;
  const plain = written.toLowerCase();
  if (plain.startsWith('jdbc:')) return [{ code: 'target-scheme-jdbc', args: {} }];
  const [family, driver] = splitScheme(plain);
  if (!isRelative(family)) {
    // prisma+postgres and the like: the family comes last.
    if (!isRelative(driver)) return [{ code: 'target-scheme-other', args: { scheme } }];
    return [{ code: 'target-scheme-misspelt', args: { scheme } }];
  }
  if (driver !== undefined) return [{ code: 'target-scheme-driver', args: { scheme } }];
  const isOurs = plain === 'postgres' || plain === 'postgresql';
  if (isOurs && !hasSlashes) return [{ code: 'target-scheme-slashes', args: {} }];
  if (isOurs) return [{ code: 'target-scheme-case', args: { scheme } }];
  return [{ code: 'target-scheme-misspelt', args: { scheme } }];
}
