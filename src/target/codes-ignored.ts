import { defineCodes } from '../report/finding.ts';

/** What was given and has no say in where the connection goes. */
export const ignoredCodes = defineCodes({
  'target-flag-overridden': {
    severity: 'warning',
    title: 'flags that the connection string overrides',
    message: 'The connection string beats {flags}, as in psql: what the flags say is not used.',
    fix: 'Leave these flags out, or take the same parts out of the connection string.',
  },
  'target-ssh-flags-unused': {
    severity: 'warning',
    title: 'SSH options without a bastion',
    message: 'No bastion is named, so nothing comes of {flags}: the connection is direct.',
    fix: 'Name the bastion, as in --ssh USER@HOST, or leave these options out.',
  },
  'target-empty': {
    severity: 'warning',
    title: 'empty TARGET',
    message: 'The TARGET is empty, as a variable leaves it that is not set; host is {host} (from {from}).',
    fix: 'Set the variable that was meant, or leave TARGET out where the defaults are meant.',
  },
});
