import type { Profile } from './profile.ts';

export const dagster: Profile = {
  name: 'dagster',
  title: 'Dagster+ connections: list and profile schemas, tables and views',
  source: 'Dagster documentation: "Postgres Connection", with default privileges corrected to FOR ROLE each creator',
  needs: 'connect,usage,select,sequence-select,future',
  schemas: 'read',
  notes: ['Dagster filters by regular expressions on the whole name: pass the same ones with --schema and --table.'],
};
