import type { Profile } from './profile.ts';

export const debezium: Profile = {
  name: 'debezium',
  title: 'Debezium and other change data capture: logical decoding',
  source: 'Debezium documentation: PostgreSQL connector, "PostgreSQL permissions"',
  needs: 'connect,usage,select,replication',
  schemas: 'read',
  notes: [
    "Make the publication beforehand as the tables' owner: CREATE PUBLICATION … FOR TABLE …;",
    'wal_level must be logical, with a free replication slot and WAL sender.',
  ],
  logicalReplication: true,
};
