import type { Look } from './look.ts';
import type { Paint } from './paint.ts';

export type Cell = 'yes' | 'no' | 'partial' | 'n/a';

const SYMBOLS: Readonly<Record<Cell, readonly [unicode: string, ascii: string]>> = {
  yes: ['✓', '+'],
  no: ['✗', 'x'],
  partial: ['◐', '~'],
  'n/a': ['–', '-'],
};

export const markOf = (value: Cell, look: Look): string => SYMBOLS[value][look.unicode ? 0 : 1];

/** Mark and word together, coloured: meaning rests on neither alone. */
export function cellText(value: Cell, look: Look, paint: Paint, width = 0): string {
  const color =
    value === 'yes' ? paint.pass : value === 'no' ? paint.fail : value === 'partial' ? paint.warn : paint.dim;
  return color(`${markOf(value, look)} ${value === 'partial' ? 'part' : value}`.padEnd(width));
}
