import type { Profile } from './profile.ts';

export const neosyncSource: Profile = {
  name: 'neosync-source',
  title: 'Neosync as a source: read the tables that are synchronised',
  source: 'Neosync documentation: "PostgreSQL", source connections',
  needs: 'connect,usage,select',
  schemas: 'read',
  notes: ['Neosync needs only the tables of the job: name them with --table.'],
};
