import type { Action } from '../report/grants.ts';
import type { PrivilegeName } from './privilege-bits.ts';

/** The privileges on the relation itself that an action takes, its own first (measured: a WHERE reads, so it takes SELECT). */
export const ACTION_PRIVILEGES: Readonly<
  Record<Action | 'restart-identity', readonly [PrivilegeName, ...PrivilegeName[]]>
> = {
  select: ['SELECT'],
  insert: ['INSERT'],
  update: ['UPDATE'],
  delete: ['DELETE'],
  updateWhere: ['UPDATE', 'SELECT'],
  deleteWhere: ['DELETE', 'SELECT'],
  truncate: ['TRUNCATE'],
  truncateCascade: ['TRUNCATE'],
  'restart-identity': ['TRUNCATE'],
  references: ['REFERENCES'],
  trigger: ['TRIGGER'],
  maintain: ['MAINTAIN'],
};
