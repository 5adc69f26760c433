import type { GrantsSection, RelationGrants } from '../report/grants.ts';
import { columns, padEnd, padStart } from './columns.ts';
import { forTerminal } from './escape.ts';
import { type Cell, cellText, markOf } from './grants-cell.ts';
import type { Look } from './look.ts';
import { clipMiddle } from './wrap.ts';

const HEAD = ['schema', 'usage', 'create', 'relations', 'read', 'write', 'truncate'];
/** Words, the rest is numbers, which stand on the right. */
const WORDS = 3;
const GAP = '  ';
/** What the other columns need at most. */
const OTHERS = 58;

/** A cell as it counts, and as it is shown: colours take no room. */
interface Shown {
  readonly plain: string;
  readonly painted: string;
}

/**
 * One line for each schema, with how many of its relations can be read, written and truncated. Laid out by hand: a
 * library takes 50 ms for a hundred schemas, and more than a connection for the first (measured, cli-table3).
 */
export function schemaLines(
  schemas: GrantsSection['schemas'],
  bySchema: ReadonlyMap<string, readonly RelationGrants[]>,
  look: Look,
): string {
  const nameWidth = look.clips ? Math.max(12, look.width - OTHERS) : Infinity;
  const rows = [
    HEAD.map((word): Shown => ({ plain: word, painted: look.paint.dim(word) })),
    ...schemas.map(({ name, usage, create }): readonly Shown[] => {
      const relations = bySchema.get(name) ?? [];
      const counts = (['read', 'write', 'truncate'] as const).map((column) => countOf(relations, column, look));
      return [
        bare(clipMiddle(forTerminal(name), nameWidth, look.unicode ? '…' : '...')),
        ...[answer(usage, look), answer(create, look)],
        ...[String(relations.length), ...counts].map(bare),
      ];
    }),
  ];
  const widths = HEAD.map((_, at) => Math.max(...rows.map((row) => columns(row[at]?.plain ?? ''))));
  const cell = ({ plain, painted }: Shown, at: number): string => {
    const padded = (at < WORDS ? padEnd : padStart)(plain, widths[at] ?? 0);
    return padded.replace(plain, () => painted);
  };
  return rows.map((row) => `${GAP}${row.map(cell).join(GAP)}`.trimEnd()).join('\n');
}

const bare = (text: string): Shown => ({ plain: text, painted: text });

function answer(value: boolean, look: Look): Shown {
  const cell: Cell = value ? 'yes' : 'no';
  return { plain: `${markOf(cell, look)} ${cell}`, painted: cellText(cell, look, look.paint) };
}

function countOf(relations: readonly RelationGrants[], column: 'read' | 'write' | 'truncate', look: Look): string {
  let [able, held] = [0, 0];
  for (const each of relations) {
    if (each[column] !== 'n/a') able += 1;
    if (each[column] === 'yes') held += 1;
  }
  return able === 0 ? markOf('n/a', look) : `${held} of ${able}`;
}
