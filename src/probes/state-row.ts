import type { Row } from '../connect/types.ts';
import { PeerError } from '../failures/raw-errors.ts';
import type { SlotHolder } from './evidence.ts';

/** Reads the values of one row as what they must be: a server that answers otherwise is no PostgreSQL, or a liar. */
export interface StateRow {
  /** Empty where it is NULL. */
  readonly text: (index: number) => string;
  readonly number: (index: number) => number | null;
  /** JSON: an array of texts; empty where it is NULL. */
  readonly texts: (index: number) => string[];
  /** JSON: an array of texts and nulls. */
  readonly values: (index: number) => (string | null)[];
  /** JSON: an object of texts and nulls. */
  readonly named: (index: number) => Record<string, string | null>;
  readonly holders: (index: number) => SlotHolder[];
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';
const isHolder = (value: unknown): value is SlotHolder =>
  typeof value === 'object' &&
  value !== null &&
  'user' in value &&
  isText(value.user) &&
  'application' in value &&
  isText(value.application) &&
  'count' in value &&
  Number.isSafeInteger(value.count);

/** Every method throws PeerError `unexpected` for a value of another kind. */
export function stateRow(row: Row): StateRow {
  const wrong = (index: number): PeerError =>
    new PeerError('unexpected', `column ${index + 1} of the server’s state makes no sense`);
  const text = (index: number): string => row[index] ?? '';
  const parsed = (index: number, none: unknown): unknown => {
    if (text(index) === '') return none;
    try {
      return JSON.parse(text(index)) as unknown;
    } catch {
      throw wrong(index);
    }
  };
  const list = <T>(index: number, isRight: (value: unknown) => value is T): T[] => {
    const value = parsed(index, []);
    if (!Array.isArray(value) || !value.every(isRight)) throw wrong(index);
    return value;
  };
  return {
    text,
    number: (index) => {
      if (row[index] === null || row[index] === undefined) return null;
      const value = Number(row[index]);
      if (row[index] === '' || !Number.isFinite(value)) throw wrong(index);
      return value;
    },
    texts: (index) => list(index, isText),
    values: (index) => list(index, isTextOrNull),
    named: (index) => {
      const value = parsed(index, {});
      if (typeof value !== 'object' || value === null || !Object.values(value).every(isTextOrNull)) throw wrong(index);
      return value as Record<string, string | null>;
    },
    holders: (index) => list(index, isHolder),
  };
}
