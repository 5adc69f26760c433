import type { Args, Finding } from '../report/finding.ts';
import type { GrantsCode } from './codes.ts';
import type { Oid } from './inventory.ts';
import type { PrivilegeName } from './privilege-bits.ts';

export interface GapObject {
  readonly kind: 'database' | 'schema' | 'relation' | 'sequence' | 'function' | 'default-privileges' | 'role';
  /** 0 where the object has no row of its own (default privileges). */
  readonly oid: Oid;
  readonly schema: string | null;
  readonly name: string;
  /** Argument types of a function, as GRANT wants them. */
  readonly arguments?: string;
  /** The columns whose grant would be enough, where not the whole relation is needed. */
  readonly columns?: readonly string[];
  /** For default privileges: whose future objects, and of which kind. */
  readonly creator?: string;
  readonly objects?: 'tables' | 'sequences';
}

/** One thing that is missing; table, exit code and SQL are all made from the same list of these. */
export interface Gap {
  readonly code: GrantsCode;
  readonly args: Args;
  readonly object: GapObject;
  /** The privilege to GRANT; null where no GRANT helps (ownership, an attribute of the role, row security). */
  readonly privilege: PrivilegeName | null;
  /** Who must get it: the judged role, or an owner in whose name a view or foreign key acts. */
  readonly role: string;
  /** Who owns the object, and so can run the GRANT. */
  readonly owner: string;
  /** The words of the needs that it stands in the way of, and what exactly: `public.users select`. */
  readonly needs: readonly string[];
  readonly closes: readonly string[];
}

/** A gap before it is known which needs it stands in the way of. */
export type BareGap = Omit<Gap, 'needs' | 'closes'>;

/** A gap as the finding of the report. */
export const gapFinding = (gap: Gap): Finding => ({ code: gap.code, stage: 'grants', args: gap.args });
