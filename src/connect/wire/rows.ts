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

/** Reads the values of a DataRow body, decoded as UTF-8. Throws PeerError when the lengths do not add up. */
export type RowReader = (bytes: Buffer, start: number, end: number) => Row;

/** Up to this length it is cheaper to look at every byte than to have it decoded. */
const SHORT = 64;

/**
 * A reader for the rows of one session. Rows come many in one piece of bytes: it is decoded once, as if it were Latin-1,
 * and short values that are all ASCII are cut from that, which takes half the time of decoding value by value.
 */
export function createRowReader(): RowReader {
  let decoded: Buffer | null = null;
  let text = '';
  return (bytes, start, end) => {
    if (end - start < 2) throw broken(bytes, start);
    if (bytes !== decoded) {
      decoded = bytes;
      text = bytes.toString('latin1');
    }
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
      const stop = at + length;
      if (length < 0 || stop > end) throw broken(bytes, start);
      const plain = length <= SHORT && isAscii(bytes, at, stop);
      values.push(plain ? text.slice(at, stop) : bytes.toString('utf8', at, stop));
      at = stop;
    }
    return values;
  };
}

function isAscii(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if ((bytes[at] as number) >= 0x80) return false;
  return true;
}
