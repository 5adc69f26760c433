import type { Profile } from './profile.ts';

export const hightouch: Profile = {
  name: 'hightouch',
  title: 'Hightouch as a source: read-only models',
  source: 'Hightouch documentation: Postgres source, basic engine',
  needs: 'connect,usage,select,future',
  schemas: 'read',
  notes: ['The Lightning engine needs schemas hightouch_planner and hightouch_audit of its own: --need create-schema.'],
};
