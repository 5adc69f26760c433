import type { Inventory } from '../grants/inventory.ts';

/** A managed service: nobody there is a superuser, but members of a role of the provider's administer it. */
export interface Provider {
  readonly service: string;
  readonly adminRole: string;
}

/** Services by the role that each of their clusters has. The order decides where a cluster shows two. */
const PROVIDERS: readonly Provider[] = [
  { service: 'Amazon RDS', adminRole: 'rds_superuser' },
  { service: 'AlloyDB', adminRole: 'alloydbsuperuser' },
  { service: 'Cloud SQL', adminRole: 'cloudsqlsuperuser' },
  { service: 'Azure Database', adminRole: 'azure_pg_admin' },
  { service: 'Lakebase', adminRole: 'databricks_superuser' },
  { service: 'Neon', adminRole: 'neon_superuser' },
];

/** The managed service that a cluster's roles betray, or null. */
export function providerOf({ roles }: Pick<Inventory, 'roles'>): Provider | null {
  const names = new Set([...roles.values()].map(({ name }) => name));
  return PROVIDERS.find(({ adminRole }) => names.has(adminRole)) ?? null;
}
