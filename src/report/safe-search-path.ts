/**
 * Puts pg_catalog first for the rest of the transaction where the role's search_path names it behind other schemas: else
 * whoever owns such a schema could have `version()` or `=` of his own run with our rights (CVE-2018-1058; PostgreSQL,
 * "Schemas and Privileges"). Nothing in it is looked up along the path itself: only qualified functions, no operator.
 * Any other search_path stays as it is, because facts depend on it.
 */
export const PG_CATALOG_FIRST =
  `select case when pg_catalog.textlike(pg_catalog.current_setting('search_path'), '%pg_catalog%') then ` +
  `pg_catalog.set_config('search_path', pg_catalog.concat('pg_catalog, ', pg_catalog.current_setting('search_path')), true) end`;
