import type { Profile } from './profile.ts';

export const airbyteDestination: Profile = {
  name: 'airbyte-destination',
  title: 'Airbyte as a destination: create schemas and tables',
  source: 'Airbyte documentation: "Postgres" destination',
  needs: 'connect,temporary,target-schema',
  schemas: 'target',
  notes: ['The check of the connection makes and drops a table: it needs a schema in which it may create.'],
};
