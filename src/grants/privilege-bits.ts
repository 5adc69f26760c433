/** Privileges as bits, under the names that `aclexplode` gives them (PostgreSQL: "Privileges", table "ACL Privilege Abbreviations"). */
export const PRIVILEGE = {
  SELECT: 1,
  INSERT: 2,
  UPDATE: 4,
  DELETE: 8,
  TRUNCATE: 16,
  REFERENCES: 32,
  TRIGGER: 64,
  MAINTAIN: 128,
  USAGE: 256,
  CREATE: 512,
  CONNECT: 1024,
  TEMPORARY: 2048,
  EXECUTE: 4096,
} as const;

export type PrivilegeName = keyof typeof PRIVILEGE;

const TABLE_BEFORE_17 =
  PRIVILEGE.SELECT |
  PRIVILEGE.INSERT |
  PRIVILEGE.UPDATE |
  PRIVILEGE.DELETE |
  PRIVILEGE.TRUNCATE |
  PRIVILEGE.REFERENCES |
  PRIVILEGE.TRIGGER;

/** What a kind of object can carry, which is also what its owner holds by default. */
export type AclClass = 'relation' | 'sequence' | 'schema' | 'database' | 'function';

/** Every privilege of a kind of object on a server version (`server_version_num`). */
export function allOf(kind: AclClass, serverVersion: number): number {
  switch (kind) {
    case 'relation':
      return serverVersion >= 170000 ? TABLE_BEFORE_17 | PRIVILEGE.MAINTAIN : TABLE_BEFORE_17;
    case 'sequence':
      return PRIVILEGE.SELECT | PRIVILEGE.UPDATE | PRIVILEGE.USAGE;
    case 'schema':
      return PRIVILEGE.USAGE | PRIVILEGE.CREATE;
    case 'database':
      return PRIVILEGE.CREATE | PRIVILEGE.CONNECT | PRIVILEGE.TEMPORARY;
    case 'function':
      return PRIVILEGE.EXECUTE;
  }
}

/** What PUBLIC holds where an object has no ACL of its own (PostgreSQL's `acldefault`). */
export function publicDefault(kind: AclClass): number {
  if (kind === 'function') return PRIVILEGE.EXECUTE;
  return kind === 'database' ? PRIVILEGE.CONNECT | PRIVILEGE.TEMPORARY : 0;
}
