import type { Args, CodeWords, Severity, StageId } from '../report/finding.ts';
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
  /** The words of each code, once it is known in which catalogue they stand. */
  readonly words: Map<string, CodeWords>;
  /** The same object for the same lists of words. */
  readonly asked: (needs: readonly string[], words: readonly string[]) => Asked;
}

/** What a gap stands in the way of. Most gaps share theirs with very many others. */
interface Asked {
  readonly making: Making;
  readonly needs: readonly string[];
  /** Words about the gap's subject alone, as most often; or about several things. */
  readonly closed: readonly string[] | readonly Group[];
}

/** A word about several things, in the order in which they came. */
interface Group {
  readonly word: string;
  readonly of: Subject[];
}

export function createMaking(of: Pick<Making, 'bare' | 'names' | 'lists' | 'alike'>): Making {
  const known = new Map<readonly string[], Map<readonly string[], Asked>>();
  const making: Making = {
    ...of,
    words: new Map(),
    asked: (needs, closed) => {
      const byWords = known.get(needs) ?? new Map<readonly string[], Asked>();
      known.set(needs, byWords);
      const asked = byWords.get(closed) ?? { making, needs, closed };
      byWords.set(closed, asked);
      return asked;
    },
  };
  return making;
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
  readonly #found: Problem | BareGap;
  readonly #subject: Subject;
  #asked: Asked;
  /** Another gap of the same object. */
  next: FoundGap | null;

  constructor(found: Problem | BareGap, subject: Subject, asked: Asked) {
    super();
    this.#found = found;
    this.#subject = subject;
    this.#asked = asked;
    this.next = null;
  }

  get code(): GrantsCode {
    return this.#found.code;
  }

  withWords(words: CodeWords): this {
    this.#asked.making.words.set(this.code, words);
    return this;
  }

  get words(): CodeWords {
    const words = this.#asked.making.words.get(this.code);
    if (words === undefined) throw new Error(`a gap is read before it has its words: ${this.code}`);
    return words;
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
    const own = { schema, name, kind, needs: listed(this.needs), closes: listed(closes) };
    const args: Record<string, string | number> = Object.assign({}, this.said, own);
    if (privilege !== null) args['privilege'] = privilege;
    return args;
  }

  get said(): Args {
    const found = this.#found;
    const subject = this.#subject;
    if (isBare(found) || typeof subject === 'string' || !this.#asked.making.alike.stands(found)) return found.args;
    return this.#asked.making.alike.args(found, subject);
  }

  get kind(): GapObject['kind'] {
    return kindOf(this.#found);
  }

  get oid(): Oid {
    const found = this.#found;
    if (isBare(found)) return found.object.oid;
    const subject = this.#subject;
    const own = typeof subject === 'string' ? 0 : subject.oid;
    return found.missing === undefined || this.#asked.making.alike.stands(found) ? own : found.missing.oid;
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
    return this.#asked.needs;
  }

  get closes(): readonly string[] {
    const { names } = this.#asked.making;
    const texts: string[] = [];
    this.eachClosed((of, word) => texts.push(`${typeof of === 'string' ? of : names.bare(of)} ${word}`));
    return texts;
  }

  #place(): Pick<BareGap, 'object' | 'role' | 'owner'> {
    const found = this.#found;
    if (isBare(found)) return found;
    const { alike, bare } = this.#asked.making;
    const { missing } = found;
    if (missing !== undefined && alike.stands(found)) return bare.place({ ...missing, oid: this.oid });
    return bare.place(missing, typeof this.#subject === 'string' ? undefined : this.#subject);
  }

  eachClosed(visit: (of: Subject, word: string) => void): void {
    for (const part of this.#asked.closed) {
      if (typeof part === 'string') visit(this.#subject, part);
      else for (const each of part.of) visit(each, part.word);
    }
  }

  closing(closed: readonly Closed[], needs: readonly string[] = this.needs): Gap {
    const { making } = this.#asked;
    const gap = new FoundGap(this.#found, this.#subject, making.asked(needs, NO_WORDS));
    for (const { of, word } of closed) gap.#ask(needs, of, word);
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
    const { bare, names } = this.#asked.making;
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
    const { making, needs } = this.#asked;
    this.#ask(making.lists.added(needs, need), of, word);
  }

  #ask(needs: readonly string[], of: Subject, word: string | null): void {
    const before = this.#asked;
    const { making } = before;
    const closed = word === null ? before.closed : this.#closedWith(of, word);
    if (needs === before.needs && closed === before.closed) return;
    this.#asked = areWords(closed) ? making.asked(needs, closed) : { making, needs, closed };
  }

  #closedWith(of: Subject, word: string): Asked['closed'] {
    const { making, closed } = this.#asked;
    if (areWords(closed)) {
      if (of === this.#subject) return making.lists.added(closed, word);
      return [...closed.map((each): Group => ({ word: each, of: [this.#subject] })), { word, of: [of] }];
    }
    // Everything is asked for in turn; only names may come again later.
    if (typeof of === 'string' && closed.some((group) => group.word === word && group.of.includes(of))) return closed;
    const last = closed.at(-1);
    if (last?.word !== word) return [...closed, { word, of: [of] }];
    if (last.of.at(-1) !== of) last.of.push(of);
    return closed;
  }
}

/** Joining a single text would copy it. */
const listed = (texts: readonly string[]): string => (texts.length === 1 ? (texts[0] ?? '') : texts.join(', '));
