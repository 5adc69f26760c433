import type { Profile } from './profile.ts';

export const neosyncDestination: Profile = {
  name: 'neosync-destination',
  title: 'Neosync as a destination: insert and update rows',
  source:
    'Neosync documentation: "PostgreSQL", destination connections; its SQL is corrected (INSERT instead of CREATE, EXECUTE instead of USAGE on functions)',
  needs: 'connect,usage,select,insert,update,update-where,sequence-usage,execute',
  schemas: 'read',
  notes: [
    'On top, where the job does it: --need truncate, truncate-cascade, create-table.',
    'Firing a trigger needs no right on its function.',
  ],
};
