import type { Profile } from './profile.ts';

export const prequel: Profile = {
  name: 'prequel',
  title: 'Prequel-style writers: create a schema and load tables into it',
  source: 'Prequel documentation: "Generic Postgres" destination',
  needs: 'connect,temporary,target-schema',
  schemas: 'target',
  notes: [
    'Either CREATE on the database, or USAGE and CREATE on a schema made beforehand.',
    'A service that runs CREATE SCHEMA IF NOT EXISTS needs CREATE on the database even when the schema exists.',
  ],
  since: 13,
  brokenByCharacters: '@[]/?#"\\\\+ &:',
};
