import type { ServerFacts } from '../probes/evidence.ts';

/** A managed service or a compatible database: how the server itself shows it, and what differs there. */
export interface Product {
  readonly product: string;
  readonly told: (server: ServerFacts) => boolean;
  /** It speaks the protocol, but is no PostgreSQL. */
  readonly compatible?: true;
  /** One sentence on what differs for who connects. */
  readonly difference: string;
  readonly advice: string;
}

const has = (server: ServerFacts, setting: string): boolean => (server.settings[setting] ?? null) !== null;
const role = (server: ServerFacts, name: string): boolean => server.roles.includes(name);
const status = (server: ServerFacts, name: string): boolean => server.parameters[name] !== undefined;

/** In the order of asking: what resembles another product stands before it (Lakebase before Neon, Aurora before RDS). */
export const PRODUCTS: readonly Product[] = [
  {
    product: 'CockroachDB',
    told: (server) => status(server, 'crdb_version') || /CockroachDB/.test(server.fullVersion),
    compatible: true,
    difference: 'Privileges, default privileges and TRUNCATE follow its own rules.',
    advice: 'Check rights there with: SHOW GRANTS FOR CURRENT_USER;',
  },
  {
    product: 'Materialize',
    told: (server) => status(server, 'mz_version'),
    compatible: true,
    difference: 'It keeps views up to date; most writes are not possible.',
    advice: 'Check rights there with: SHOW PRIVILEGES;',
  },
  {
    product: 'Amazon Redshift',
    told: (server) => status(server, 'padb_version') || /Redshift/.test(server.fullVersion),
    compatible: true,
    difference: 'It descends from PostgreSQL 8.0: groups, grants and catalogues differ.',
    advice: 'Check rights there with: SELECT * FROM svv_relation_privileges;',
  },
  {
    product: 'YugabyteDB',
    told: (server) => /-YB-|Yugabyte/i.test(server.fullVersion),
    compatible: true,
    difference: 'Its SQL layer is PostgreSQL’s; transactions may ask to be retried (40001).',
    advice: 'Let the client try again after 40001; the real version shows: select version();',
  },
  {
    product: 'Cloud Spanner (PGAdapter)',
    told: (server) => /Cloud Spanner/.test(server.fullVersion),
    compatible: true,
    difference: 'It has database roles of its own and no superuser.',
    advice: 'Check rights in its information schema: select * from information_schema.role_table_grants;',
  },
  {
    product: 'Amazon Aurora DSQL',
    told: (server) => /Aurora DSQL/i.test(server.fullVersion),
    compatible: true,
    difference: 'Passwords are tokens of 15 minutes; TRUNCATE, sequences and foreign keys are limited or missing.',
    advice: 'Make a token for each connection: aws dsql generate-db-connect-admin-auth-token --hostname HOST',
  },
  {
    product: 'Databricks Lakebase',
    told: (server) => role(server, 'databricks_superuser') || server.database === 'databricks_postgres',
    difference: 'The password is an OAuth token that lasts one hour; databricks_superuser is no real superuser.',
    advice:
      'Make a fresh token before long jobs: databricks database generate-database-credential --json \'{"instance_names": ["NAME"]}\'',
  },
  {
    product: 'Neon',
    told: (server) =>
      has(server, 'neon.tenant_id') || has(server, 'neon.timeline_id') || role(server, 'neon_superuser'),
    difference:
      'An idle compute is suspended and wakes up with the next connection; neon_superuser is no real superuser.',
    advice: 'Give the first connection time to wake the server: --connect-timeout 30s',
  },
  {
    product: 'Supabase',
    told: (server) => has(server, 'supautils.privileged_role') || role(server, 'supabase_admin'),
    difference: 'The role postgres is no superuser there; auth and storage belong to supabase_admin.',
    advice:
      'Grant as postgres, and for tables that others create too: ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES TO …;',
  },
  {
    product: 'Amazon Aurora',
    told: (server) => server.extensions.includes('aurora'),
    difference: 'Readers refuse writes; rds_superuser is no real superuser.',
    advice: 'For writes use the cluster endpoint, not a reader: --host CLUSTER.cluster-ID.REGION.rds.amazonaws.com',
  },
  {
    product: 'Amazon RDS',
    told: (server) => has(server, 'rds.extensions') || role(server, 'rdsadmin') || role(server, 'rds_superuser'),
    difference: 'rds_superuser is no real superuser; TLS may be forced (rds.force_ssl), and pg_hba.conf is not yours.',
    advice:
      'Settings are changed in the parameter group: aws rds modify-db-parameter-group --db-parameter-group-name NAME --parameters …',
  },
  {
    product: 'AlloyDB',
    told: (server) => has(server, 'alloydb.iam_authentication') || role(server, 'alloydbsuperuser'),
    difference: 'alloydbsuperuser is no real superuser; the address is private unless a public one was added.',
    advice: 'From outside connect through its proxy: alloydb-auth-proxy projects/P/locations/L/clusters/C/instances/I',
  },
  {
    product: 'Google Cloud SQL',
    told: (server) => has(server, 'cloudsql.iam_authentication') || role(server, 'cloudsqlsuperuser'),
    difference: 'cloudsqlsuperuser is no real superuser; flags replace ALTER SYSTEM.',
    advice: 'From outside connect through its proxy: cloud-sql-proxy PROJECT:REGION:INSTANCE',
  },
  {
    product: 'Azure Database for PostgreSQL',
    told: (server) => has(server, 'azure.extensions') || role(server, 'azure_pg_admin'),
    difference: 'azure_pg_admin is no real superuser; TLS is demanded, and server parameters replace ALTER SYSTEM.',
    advice:
      'Settings are changed with: az postgres flexible-server parameter set --server-name NAME --resource-group GROUP --name SETTING --value VALUE',
  },
];
