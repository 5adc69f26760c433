import type { Profile } from './profile.ts';

export const dbt: Profile = {
  name: 'dbt',
  title: 'dbt Core and platform: read sources, build models in its own schema',
  source:
    'dbt documentation: "Connect PostgreSQL, Lakebase and AlloyDB" and "Postgres permissions", with default privileges corrected to FOR ROLE each creator',
  needs: 'connect,usage,select,future,target-schema',
  schemas: 'read',
  notes: [
    'Name the source schemas with --schema, so that schemas of others are not asked for.',
    'dbt replaces tables that it made: it must own them, so let it make its target schema or own it.',
    'Through a bastion dbt sends a keepalive every 30 s and gives up after 300 s without an answer.',
  ],
  keepalive: { interval: 30, total: 300 },
};
