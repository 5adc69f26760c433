import type { Profile } from './profile.ts';

export const readOnly: Profile = {
  name: 'read-only',
  title: 'a person or BI tool that only reads',
  source: 'common practice; pg_read_all_data (14+) gives the same at once',
  needs: 'connect,usage,select,future',
  schemas: 'read',
  notes: [],
};
