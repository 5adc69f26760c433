import type { Profile } from './profile.ts';

export const fivetran: Profile = {
  name: 'fivetran',
  title: 'Fivetran as a source: read tables, stream changes by logical replication',
  source: 'Fivetran documentation: PostgreSQL set-up guides and troubleshooting',
  needs: 'connect,usage,select,future,replication',
  schemas: 'read',
  notes: [
    'REPLICATION must be an attribute of the role that logs in; on Amazon RDS the role rds_replication, inherited.',
  ],
  logicalReplication: true,
};
