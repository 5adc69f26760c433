import type { Profile } from './profile.ts';

export const airbyteSource: Profile = {
  name: 'airbyte-source',
  title: 'Airbyte as a source: read the selected tables',
  source: 'Airbyte documentation: "Postgres" source (standard replication)',
  needs: 'connect,usage,select,future',
  schemas: 'read',
  notes: ['For change data capture use the profile debezium beside this one.'],
};
