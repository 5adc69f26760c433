import { defineCodes } from './finding.ts';

/** The words of runs that ended before they could find anything out. */
export const usageCodes = defineCodes({
  'usage-invalid': {
    severity: 'error',
    title: 'bad usage',
    message: '{detail}',
    fix: '{advice}',
  },
  'run-interrupted': {
    severity: 'error',
    title: 'the run was stopped',
    message: 'stopped by {signal} before the run was over',
    fix: 'Run it again; a shorter limit is --timeout 30s',
  },
  'bug-internal': {
    severity: 'error',
    title: 'a bug in pgmedic',
    message: 'a bug in pgmedic: {detail}',
    fix: 'Report it with what this prints: pgmedic --version; and the same command with --debug',
  },
});
