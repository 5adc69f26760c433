import type { DoctorNotice } from './doctor-notice.ts';
import { printable } from './printable.ts';
import type { Reading } from './reading.ts';

/** Notices about parameters that libpq does not know: another tool's, or misspelt. */
export const parameterNotices = ({ foreign, uri, pairs }: Reading): readonly DoctorNotice[] =>
  foreign.flatMap((parameter): readonly DoctorNotice[] => {
    // Where the pieces of an unquoted or misread secret were taken for parameters, their names are not for print.
    if (uri?.userinfoMisread === true || pairs?.unquoted !== undefined) return [];
    const { tool, instead } = parameter;
    // A name of the table is a known word.
    const name = tool === undefined ? printable(parameter.name) : parameter.name;
    if (tool === undefined) {
      return instead === undefined ? [] : [{ code: 'target-parameter-misspelt', args: { name, instead } }];
    }
    return instead === undefined
      ? [{ code: 'target-parameter-foreign', args: { name, tool } }]
      : [{ code: 'target-parameter-renamed', args: { name, tool, instead } }];
  });

/** Notices about characters in parameters that must be percent-encoded, such as the = of `options=-c search_path=app`. */
export function encodingNotices({ uri }: Reading): readonly DoctorNotice[] {
  if (uri === undefined || uri.userinfoMisread) return [];
  return uri.rawQuery.split('&').flatMap((pair): readonly DoctorNotice[] => {
    const equals = pair.indexOf('=');
    const name = printable(pair.slice(0, equals));
    const value = pair.slice(equals + 1);
    const notices: DoctorNotice[] = [];
    if (value.includes('=')) {
      notices.push({ code: 'target-parameter-encoding', args: { name, character: 'equals sign', encoded: '%3D' } });
    }
    if (/[^ ] +[^ ]/.test(value)) {
      notices.push({ code: 'target-parameter-encoding', args: { name, character: 'blank', encoded: '%20' } });
    }
    if (/%(?![0-9A-Fa-f]{2})/.test(value)) {
      notices.push({ code: 'target-parameter-encoding', args: { name, character: 'percent sign', encoded: '%25' } });
    }
    return notices;
  });
}

/** Notices about how the pairs of a keyword/value string are put together. */
export function pairNotices({ pairs }: Reading): readonly DoctorNotice[] {
  if (pairs === undefined) return [];
  const notices: DoctorNotice[] = [];
  if (pairs.separator !== undefined) {
    notices.push({ code: 'target-conninfo-separator', args: { separator: pairs.separator } });
  }
  if (pairs.swallowed !== undefined) {
    const { keyword, by } = pairs.swallowed;
    notices.push({ code: 'target-conninfo-swallowed', args: { keyword: printable(keyword), by } });
  }
  if (pairs.unquoted !== undefined) {
    notices.push({ code: 'target-conninfo-unquoted', args: { keyword: printable(pairs.unquoted) } });
  }
  return notices;
}
