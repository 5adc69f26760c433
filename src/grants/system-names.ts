/** Whether a schema of this name is the system's own. */
export const isSystem = (name: string): boolean => name.startsWith('pg_') || name === 'information_schema';

/** A system schema is in only where a filter speaks of it: `.*` does not, `pg_catalog` and `pg_temp_\d+` do. */
export const speaksOfSystem = (filter: string): boolean => /pg_|information_schema/.test(filter.replaceAll('\\', ''));
