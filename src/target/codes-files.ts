import { defineCodes } from '../report/finding.ts';

/** What can be wrong with service files and passfiles. */
export const fileCodes = defineCodes({
  'target-service-file-missing': {
    severity: 'error',
    title: 'service file not found',
    message: 'PGSERVICEFILE names "{file}", which cannot be read ({reason}).',
    fix: 'Correct the path, or unset it: unset PGSERVICEFILE',
  },
  'target-service-not-found': {
    severity: 'error',
    title: 'service not defined',
    message: 'The service "{service}" is defined in none of: {files}.',
    fix: 'Add the group [{service}] to ~/.pg_service.conf, or correct the name given in service= or PGSERVICE.',
  },
  'target-service-line-long': {
    severity: 'error',
    title: 'line too long in the service file',
    message: 'Line {line} of the service file "{file}" is longer than the 1022 bytes that libpq reads.',
    fix: 'Shorten line {line} of {file}.',
  },
  'target-service-syntax': {
    severity: 'error',
    title: 'syntax error in the service file',
    message: 'Line {line} of the service file "{file}" is not keyword=value.',
    fix: 'Write line {line} of {file} as keyword=value, without blanks before the = and without quotes.',
  },
  'target-service-keyword-unknown': {
    severity: 'error',
    title: 'unknown option in the service file',
    message: 'Line {line} of the service file "{file}" sets "{keyword}", which is no connection option of libpq.',
    fix: 'Correct or remove line {line} of {file}; there must be no blank before the =.',
  },
  'target-service-nested': {
    severity: 'error',
    title: 'service inside a service',
    message: 'Line {line} of the service file "{file}" sets "service", which libpq does not follow.',
    fix: 'Remove line {line} of {file}.',
  },
  'target-passfile-permissions': {
    severity: 'warning',
    title: 'passfile ignored for its permissions',
    message: 'The passfile "{file}" is open to group or world (mode {mode}), so libpq ignores it, and so does pgmedic.',
    fix: 'Run: chmod 600 {file}',
  },
  'target-passfile-unreadable': {
    severity: 'warning',
    title: 'passfile cannot be read',
    message: 'The passfile "{file}" cannot be read ({reason}), so no password comes from it.',
    fix: 'Correct passfile= or PGPASSFILE, as in PGPASSFILE=~/.pgpass.',
  },
  'target-passfile-not-plain': {
    severity: 'warning',
    title: 'passfile is not a plain file',
    message: 'The passfile "{file}" is not a plain file, so libpq ignores it, and so does pgmedic.',
    fix: 'Name a plain file of mode 0600 in passfile= or PGPASSFILE, as in PGPASSFILE=~/.pgpass.',
  },
});
