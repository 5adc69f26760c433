import { type Need, parseNeeds } from '../grants/needs.ts';

/** What a profile asks for where nothing can be looked at; `schemas` says what its schemas are for. */
export interface OfflineProfile {
  readonly needs: readonly Need[];
  /** `read`: they exist and hold what the consumer works on. `target`: the consumer makes its own tables in them. */
  readonly schemas: 'read' | 'target';
  /** Instead of `needs`, where the schema that the consumer writes to is made beforehand. */
  readonly withTarget?: readonly Need[];
}

const PROFILES: Readonly<Record<string, OfflineProfile>> = {
  dagster: { needs: parseNeeds('connect,usage,select,sequence-select,future'), schemas: 'read' },
  dbt: {
    needs: parseNeeds('connect,create-schema,usage,select,future'),
    withTarget: parseNeeds('connect,usage,select,future'),
    schemas: 'read',
  },
  prequel: {
    needs: parseNeeds('connect,create-schema,temporary'),
    withTarget: parseNeeds('connect,temporary'),
    schemas: 'target',
  },
  'neosync-source': { needs: parseNeeds('connect,usage,select'), schemas: 'read' },
  'neosync-destination': {
    needs: parseNeeds('connect,usage,select,insert,update,update-where,sequence-usage,execute'),
    schemas: 'read',
  },
};

export const offlineProfileNames = (): readonly string[] => Object.keys(PROFILES);

export const offlineProfile = (name: string): OfflineProfile | undefined =>
  Object.hasOwn(PROFILES, name) ? PROFILES[name] : undefined;
