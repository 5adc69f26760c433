import type { Action } from '../report/grants.ts';
import { nearest } from '../report/suggest.ts';

/** One thing that a consumer asks of the role. `name` is the word that asked for it. */
export type Need = { readonly name: string } & (
  | { readonly on: 'database'; readonly privilege: 'CONNECT' | 'CREATE' | 'TEMPORARY' }
  | { readonly on: 'schema'; readonly privilege: 'USAGE' | 'CREATE' }
  | { readonly on: 'relation'; readonly action: Action | 'restart-identity' }
  | { readonly on: 'sequence'; readonly privilege: 'USAGE' | 'SELECT' | 'UPDATE' }
  | { readonly on: 'function'; readonly privilege: 'EXECUTE' }
  | { readonly on: 'role'; readonly attribute: 'replication' }
  /** Somewhere to make tables of its own: CREATE on the database, or a schema with USAGE and CREATE. */
  | { readonly on: 'target' }
  /** That what the other needs ask of relations also holds for objects made later. */
  | { readonly on: 'future' }
);

type Wanted = Need extends infer Each ? (Each extends Need ? Omit<Each, 'name'> : never) : never;

const relation = (...actions: (Action | 'restart-identity')[]): readonly Wanted[] =>
  actions.map((action) => ({ on: 'relation', action }));

/** Every word of `--need`, and what it stands for. */
export const NEED_WORDS: Readonly<Record<string, readonly Wanted[]>> = {
  connect: [{ on: 'database', privilege: 'CONNECT' }],
  'create-schema': [{ on: 'database', privilege: 'CREATE' }],
  temporary: [{ on: 'database', privilege: 'TEMPORARY' }],
  usage: [{ on: 'schema', privilege: 'USAGE' }],
  'create-table': [
    { on: 'schema', privilege: 'USAGE' },
    { on: 'schema', privilege: 'CREATE' },
  ],
  read: relation('select'),
  write: relation('insert', 'update', 'delete'),
  truncate: relation('truncate'),
  'truncate-cascade': relation('truncateCascade'),
  'restart-identity': relation('restart-identity'),
  select: relation('select'),
  insert: relation('insert'),
  update: relation('update'),
  delete: relation('delete'),
  'update-where': relation('updateWhere'),
  'delete-where': relation('deleteWhere'),
  references: relation('references'),
  trigger: relation('trigger'),
  maintain: relation('maintain'),
  sequences: [{ on: 'sequence', privilege: 'USAGE' }],
  'sequence-usage': [{ on: 'sequence', privilege: 'USAGE' }],
  'sequence-select': [{ on: 'sequence', privilege: 'SELECT' }],
  'sequence-update': [{ on: 'sequence', privilege: 'UPDATE' }],
  execute: [{ on: 'function', privilege: 'EXECUTE' }],
  future: [{ on: 'future' }],
  'target-schema': [{ on: 'target' }],
  replication: [{ on: 'role', attribute: 'replication' }],
};

/** A word of `--need` that means nothing; `suggestion` is the nearest one that does, if any is near. */
export class UnknownNeedError extends Error {
  override readonly name = 'UnknownNeedError';
  readonly word: string;
  readonly suggestion: string | null;

  constructor(word: string, suggestion: string | null) {
    super(`unknown need "${word}"${suggestion === null ? '' : `; did you mean "${suggestion}"?`}`);
    this.word = word;
    this.suggestion = suggestion;
  }
}

/** Reads a comma-separated list such as `read,write,truncate`. Throws `UnknownNeedError`. */
export function parseNeeds(list: string): readonly Need[] {
  const words = list
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
  return [...new Set(words)].flatMap((word) => {
    const wanted = Object.hasOwn(NEED_WORDS, word) ? NEED_WORDS[word] : undefined;
    if (wanted === undefined) throw new UnknownNeedError(word, nearest(word, Object.keys(NEED_WORDS)));
    return wanted.map((need): Need => ({ name: word, ...need }));
  });
}
