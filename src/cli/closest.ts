/** How many letters must change, come or go to make one word of the other (Levenshtein). */
function distance(one: string, two: string): number {
  let row = Array.from({ length: two.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= two.length; j++) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === two[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[two.length] ?? 0;
}

/** The known word that was probably meant: one that holds all parts of the given, else the nearest; null where none is near. */
export function closest(word: string, known: readonly string[]): string | null {
  const parts = word
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '');
  const holding = known.find((each) => parts.length > 0 && parts.every((part) => each.includes(part)));
  if (holding !== undefined) return holding;
  const near = known
    .map((each) => ({ each, far: distance(word.toLowerCase(), each) }))
    .toSorted((a, b) => a.far - b.far)[0];
  return near !== undefined && near.far <= Math.max(2, word.length / 3) ? near.each : null;
}
