import type { Profile } from './profile.ts';

export const application: Profile = {
  name: 'application',
  title: 'an application: read and write rows, make no tables',
  source: 'common practice',
  needs: 'connect,usage,read,write,update-where,delete-where,future',
  schemas: 'read',
  notes: [],
};
