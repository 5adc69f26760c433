import type { Args, Severity, StageId } from '../report/finding.ts';
import { LateFinding } from '../report/late-finding.ts';
import type { Alike } from './alike.ts';
import type { BareGaps } from './bare-gaps.ts';
import type { GrantsCode } from './codes.ts';
import type { BareGap, Closed, Gap, GapObject, Subject } from './gap.ts';
import type { Oid } from './inventory.ts';
import type { Names } from './names.ts';
import type { PrivilegeName } from './privilege-bits.ts';
import type { Problem } from './problem.ts';
import { NO_WORDS, type SharedLists } from './shared-lists.ts';

/** What all gaps of one search are made with. */
export interface Making {
  readonly bare: BareGaps;
  readonly names: Names;
  readonly lists: SharedLists;
  readonly alike: Alike;
}

/** A word about several things, in the order in which they came. */
interface Group {
  readonly word: string;
  readonly of: Subject[];
}

const areWords = (closed: readonly string[] | readonly Group[]): closed is readonly string[] =>
  typeof closed[0] !== 'object';

const isBare = (found: Problem | BareGap): found is BareGap => 'object' in found;

const kindOf = (found: Problem | BareGap): GapObject['kind'] =>
  isBare(found) ? found.object.kind : (found.missing?.object ?? 'relation');

/** What is told apart at one object: privileges, or where none helps the codes. */
const whatOf = (found: Problem | BareGap): string =>
  (isBare(found) ? found.privilege : found.missing?.privilege) ?? found.code;

/**
 * A gap that holds what was judged, and of what it stands in the way of no more than references: of a hundred thousand
 * relations there may be half a million gaps, and their words would take a kilobyte each.
 */
export class FoundGap extends LateFinding implements Gap {
  readonly #making: Making;
  readonly #found: Problem | BareGap;
  readonly #subject: Subject;
  #needs: readonly string[];
  /** Words about the subject alone, as most often; or about several things. */
  #closed: readonly string[] | readonly Group[];
  /** Another gap of the same object. */
  next: FoundGap | null;

  constructor(
    making: Making,
    found: Problem | BareGap,
    subject: Subject,
    needs: readonly string[],
    words: readonly string[],
  ) {
    super();
    this.#making = making;
    this.#found = found;
    this.#subject = subject;
    this.#needs = needs;
    this.#closed = words;
    this.next = null;
  }

  get code(): GrantsCode {
    return this.#found.code;
  }

  get stage(): StageId {
    return 'grants';
  }

  get severity(): Severity {
    return 'error';
  }

  /** `schema`, `name` and `privilege` name the object, so that every format can place it. */
  get args(): Args {
    const { privilege, closes } = this;
    const { object } = this.#place();
    const { kind, name } = object;
    const schema = object.schema ?? (kind === 'schema' ? name : '');
    const own = { schema, name, kind, needs: listed(this.#needs), closes: listed(closes) };
    const args: Record<string, string | number> = Object.assign({}, this.said, own);
    if (privilege !== null) args['privilege'] = privilege;
    return args;
  }

  get said(): Args {
    const found = this.#found;
    const subject = this.#subject;
    if (isBare(found) || typeof subject === 'string' || !this.#making.alike.stands(found)) return found.args;
    return this.#making.alike.args(found, subject);
  }

  get kind(): GapObject['kind'] {
    return kindOf(this.#found);
  }

  get oid(): Oid {
    const found = this.#found;
    if (isBare(found)) return found.object.oid;
    const subject = this.#subject;
    const own = typeof subject === 'string' ? 0 : subject.oid;
    return found.missing === undefined || this.#making.alike.stands(found) ? own : found.missing.oid;
  }

  get object(): GapObject {
    return this.#place().object;
  }

  get privilege(): PrivilegeName | null {
    return (isBare(this.#found) ? this.#found.privilege : this.#found.missing?.privilege) ?? null;
  }

  get role(): string {
    return this.#place().role;
  }

  get owner(): string {
    return this.#place().owner;
  }

  get needs(): readonly string[] {
    return this.#needs;
  }

  get closes(): readonly string[] {
    const { names } = this.#making;
    const texts: string[] = [];
    this.eachClosed((of, word) => texts.push(`${typeof of === 'string' ? of : names.relation(of)} ${word}`));
    return texts;
  }

  #place(): Pick<BareGap, 'object' | 'role' | 'owner'> {
    const found = this.#found;
    if (isBare(found)) return found;
    const { alike, bare } = this.#making;
    const { missing } = found;
    if (missing !== undefined && alike.stands(found)) return bare.place({ ...missing, oid: this.oid });
    return bare.place(missing, typeof this.#subject === 'string' ? undefined : this.#subject);
  }

  eachClosed(visit: (of: Subject, word: string) => void): void {
    for (const part of this.#closed) {
      if (typeof part === 'string') visit(this.#subject, part);
      else for (const each of part.of) visit(each, part.word);
    }
  }

  closing(closed: readonly Closed[], needs: readonly string[] = this.#needs): Gap {
    const gap = new FoundGap(this.#making, this.#found, this.#subject, needs, NO_WORDS);
    for (const { of, word } of closed) gap.#close(of, word);
    return gap;
  }

  /** Whether what was found at the same object is this gap. */
  isSame(found: Problem | BareGap): boolean {
    const own = this.#found;
    if (whatOf(own) !== whatOf(found) || kindOf(own) !== kindOf(found)) return false;
    return own === found || this.#told(own) === this.#told(found);
  }

  /** What else tells gaps of one object apart. */
  #told(found: Problem | BareGap): string {
    const { bare, names } = this.#making;
    if (isBare(found)) {
      const { columns = [], creator = '' } = found.object;
      return [found.role, columns.join(), creator].join('\0');
    }
    // Where no grant helps the code says it all.
    if (found.missing === undefined) return '';
    const { role, columns } = found.missing;
    const listed = columns === undefined ? [] : (bare.place(found.missing).object.columns ?? []);
    return [names.role(role), listed.join(), ''].join('\0');
  }

  /** It stands in the way of this need too, and of this; null: what that is, is known. */
  add(need: string, of: Subject, word: string | null): void {
    this.#needs = this.#making.lists.added(this.#needs, need);
    if (word !== null) this.#close(of, word);
  }

  #close(of: Subject, word: string): void {
    const closed = this.#closed;
    if (areWords(closed)) {
      if (of === this.#subject) this.#closed = this.#making.lists.added(closed, word);
      else this.#closed = [...closed.map((each) => ({ word: each, of: [this.#subject] })), { word, of: [of] }];
      return;
    }
    const groups = closed as Group[];
    // Everything is asked for in turn; only names may come again later.
    if (typeof of === 'string' && groups.some((group) => group.word === word && group.of.includes(of))) return;
    const last = groups.at(-1);
    if (last?.word !== word) groups.push({ word, of: [of] });
    else if (last.of.at(-1) !== of) last.of.push(of);
  }
}

/** Joining a single text would copy it. */
const listed = (texts: readonly string[]): string => (texts.length === 1 ? (texts[0] ?? '') : texts.join(', '));
