import { defineCodes } from './finding.ts';

/** The words of what is wrong before anything is attempted. */
export const usageCodes = defineCodes({
  'usage-invalid': {
    severity: 'error',
    title: 'bad usage',
    message: '{detail}',
    fix: 'See the options: pgmedic --help',
  },
});
