import { editDistance } from '../report/suggest.ts';

/** The known word that was probably meant: one that holds all parts of the given, else the nearest; null where none is near. */
export function closest(word: string, known: readonly string[]): string | null {
  const parts = word
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '');
  const holding = known.find((each) => parts.length > 0 && parts.every((part) => each.includes(part)));
  if (holding !== undefined) return holding;
  const near = known
    .map((each) => ({ each, far: editDistance(word.toLowerCase(), each) }))
    .toSorted((a, b) => a.far - b.far)[0];
  return near !== undefined && near.far <= Math.max(2, word.length / 3) ? near.each : null;
}
