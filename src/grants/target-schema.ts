import { aclMask, defaultAcl } from './acl.ts';
import type { Inventory, Oid, Schema } from './inventory.ts';
import { PRIVILEGE } from './privilege-bits.ts';
import type { Rights } from './rights.ts';

/** A schema in which the role may make tables; `lacks` names what is missing where only half of it was granted. */
export interface TargetSchema {
  readonly schema: Schema;
  readonly lacks: 'USAGE' | 'CREATE' | null;
}

/**
 * The schema that was meant for the role's own tables: one with USAGE and CREATE, else one with half of it that was
 * granted on purpose. What comes through PUBLIC was not: before PostgreSQL 15 every role may create in `public`.
 */
export function targetSchema(inventory: Inventory, rights: Rights, actor: Oid): TargetSchema | null {
  let half: TargetSchema | null = null;
  for (const schema of inventory.schemas.values()) {
    if (schema.name.startsWith('pg_') || schema.name === 'information_schema') continue;
    const listed = schema.acl ?? defaultAcl('schema', schema.owner, inventory.serverVersion);
    const own = aclMask(
      listed.filter((item) => item.grantee !== 0),
      rights.privilegesOf(actor),
    );
    const all = rights.schema(actor, schema);
    const creates = (own & PRIVILEGE.CREATE) !== 0;
    const uses = (all & PRIVILEGE.USAGE) !== 0;
    if (creates && uses) return { schema, lacks: null };
    if (creates) half = { schema, lacks: 'USAGE' };
  }
  return half;
}
