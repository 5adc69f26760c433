/** One figure: ours against the limit's own measure, taken in one run by turns. */
export interface Figure {
  readonly bench: string;
  readonly name: string;
  /** Medians. */
  readonly ours: number;
  readonly theirs: number;
  readonly unit: 'ms' | 'MiB' | 'round trips' | 'ms/1000 relations';
  /** What the other side is, in words. */
  readonly against: string;
  /** The most that ours ÷ theirs should be. */
  readonly limit: number;
  readonly rounds: number;
}

export const ratioOf = ({ ours, theirs }: Figure): number => ours / theirs;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/**
 * Runs all sides by turns, one uncounted round first, and gives each side's values in order. A machine that gets slower
 * meanwhile slows all sides alike.
 */
export async function byTurns<Side extends string>(
  rounds: number,
  sides: Readonly<Record<Side, () => Promise<number>>>,
): Promise<Readonly<Record<Side, readonly number[]>>> {
  const names = Object.keys(sides) as Side[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Side, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const value = await sides[name]();
      if (round > 0) values[name].push(value);
    }
  }
  return values;
}

const shown = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(value < 100 ? 1 : 0));

/** The figures as a table for people. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.bench,
    figure.name,
    `${shown(figure.ours)} ${figure.unit}`,
    `${shown(figure.theirs)} ${figure.unit}`,
    figure.against,
    ratioOf(figure).toFixed(2),
    figure.limit.toFixed(2),
    ratioOf(figure) <= figure.limit ? 'ok' : 'over',
  ]);
  const all = [['bench', 'figure', 'ours', 'theirs', 'theirs is', 'ratio', 'limit', ''], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]): string => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ');
  return `${all.map((row) => line(row).trimEnd()).join('\n')}\n`;
}
