/** The nearest of the known words, where one is near enough to be what was meant; else null. */
export function nearest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  // A guess that changes more than a third of what was typed helps nobody.
  let limit = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const each of known) {
    const distance = editDistance(word.toLowerCase(), each);
    if (distance >= limit) continue;
    best = each;
    limit = distance;
  }
  return best;
}

/** Levenshtein's distance, a swap of two neighbours counted as one. */
export function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    const above = rows[i - 1] ?? [];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((above[j - 1] ?? 0) + same, (row[j - 1] ?? 0) + 1, (above[j] ?? 0) + 1);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(least);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}
