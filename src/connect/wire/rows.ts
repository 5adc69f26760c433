import { PeerError } from '../../failures/raw-errors.ts';
import type { Row } from '../types.ts';

const broken = (bytes: Buffer, start: number): PeerError =>
  new PeerError('unexpected', 'a row that does not fit its message', bytes.subarray(start));

/** The column names of a RowDescription body. */
export function readColumns(bytes: Buffer, start: number, end: number): readonly string[] {
  if (end - start < 2) throw broken(bytes, start);
  const names: string[] = [];
  let at = start + 2;
  for (let left = bytes.readUInt16BE(start); left > 0; left--) {
    const stop = bytes.indexOf(0, at);
    if (stop < 0 || stop + 19 > end) throw broken(bytes, start);
    names.push(bytes.toString('utf8', at, stop));
    at = stop + 19; // NUL, then table, column, type, size, modifier, format
  }
  return names;
}

/** The values of a DataRow body, decoded as UTF-8. Throws PeerError when the lengths do not add up. */
export function readRow(bytes: Buffer, start: number, end: number): Row {
  if (end - start < 2) throw broken(bytes, start);
  const count = bytes.readUInt16BE(start);
  const values: (string | null)[] = [];
  let at = start + 2;
  for (let column = 0; column < count; column++) {
    if (at + 4 > end) throw broken(bytes, start);
    const length = bytes.readInt32BE(at);
    at += 4;
    if (length === -1) {
      values.push(null);
      continue;
    }
    if (length < 0 || at + length > end) throw broken(bytes, start);
    values.push(bytes.toString('utf8', at, at + length));
    at += length;
  }
  return values;
}
