import { type Acl, parseAcl } from './acl.ts';
import type { Oid } from './inventory.ts';

/** One row of an answer: the server's text output. */
export type Row = readonly (string | null)[];

/** Readers of one value; an absent one reads as empty, 0 or false. */
export const text = (row: Row, at: number): string => row[at] ?? '';
export const oid = (row: Row, at: number): Oid => Number(row[at] ?? 0);
export const bool = (row: Row, at: number): boolean => row[at] === 't';
export const numbers = (row: Row, at: number): readonly number[] =>
  text(row, at) === '' ? [] : text(row, at).split(',').map(Number);
export const aclOrNull = (row: Row, at: number): Acl | null => {
  const value = row[at];
  return value === null || value === undefined ? null : parseAcl(value);
};

export function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
