import type { Args, Finding } from '../report/finding.ts';
import type { GrantsCode } from './codes.ts';
import type { Oid, Relation, Sequence } from './inventory.ts';
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

/** A gap before it is known which needs it stands in the way of. */
export interface BareGap {
  readonly code: GrantsCode;
  readonly args: Args;
  readonly object: GapObject;
  /** The privilege to GRANT; null where no GRANT helps (ownership, an attribute of the role, row security). */
  readonly privilege: PrivilegeName | null;
  /** Who must get it: the judged role, or an owner in whose name a view or foreign key acts. */
  readonly role: string;
  /** Who owns the object, and so can run the GRANT. */
  readonly owner: string;
}

/** What something is asked of: a relation or sequence, or the name of what has no row of its own among them. */
export type Subject = Relation | Sequence | string;

/** One thing that a gap stands in the way of: a word (`select`) about something. */
export interface Closed {
  readonly of: Subject;
  readonly word: string;
}

/**
 * One thing that is missing; table, exit code and SQL are all made from the same list of these. There may be hundreds of
 * thousands: what is read of one is made then, and kept by nobody.
 */
export interface Gap extends Omit<BareGap, 'args'>, Finding {
  readonly code: GrantsCode;
  /** What was judged, without what the finding says beside it. */
  readonly said: Args;
  /** The kind and number of its object. */
  readonly kind: GapObject['kind'];
  readonly oid: Oid;
  /** The words of the needs that it stands in the way of, and what exactly: `public.users select`. */
  readonly needs: readonly string[];
  readonly closes: readonly string[];
  /** The same one by one and before it is text. */
  readonly eachClosed: (visit: (of: Subject, word: string) => void) => void;
  /** The same gap that stands in the way of this, for these needs. */
  readonly closing: (closed: readonly Closed[], needs?: readonly string[]) => Gap;
}

/** What was judged, as a finding. */
export const gapFinding = ({ code, said }: Gap): Finding => ({ code, stage: 'grants', args: said });
