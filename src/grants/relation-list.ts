import type { Oid } from './inventory.ts';

/** The flag of a record whose name is spelt with escapes, since it holds a line feed. */
export const ESCAPED = 64;

/** Receives one record: what a row of `RELATIONS_SQL` says of one relation or sequence. */
type OnRecord = (oid: Oid, schema: Oid, kind: string, flags: number, name: string) => void;

const [SPACE, ZERO, MINUS] = [' ', '0', '-'].map((each) => each.charCodeAt(0)) as [number, number, number];
const LINE_FEED = '\n';

/**
 * Reads the list of one row of `RELATIONS_SQL`: lines of `[-flags ]oid schema kind name`, the name last because it may
 * hold anything. Digits are read by hand: there may be a hundred thousand lines, and splitting takes twice the time.
 */
export function readRelationList(list: string, onRecord: OnRecord): void {
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (; at < list.length && list.charCodeAt(at) !== SPACE; at += 1) value = value * 10 + list.charCodeAt(at) - ZERO;
    at += 1;
    return value;
  };
  while (at < list.length) {
    let flags = 0;
    if (list.charCodeAt(at) === MINUS) {
      at += 1;
      flags = number();
    }
    const oid = number();
    const schema = number();
    const kind = list.charAt(at);
    const found = list.indexOf(LINE_FEED, at + 2);
    const end = found === -1 ? list.length : found;
    const name = list.slice(at + 2, end);
    if ((flags & ESCAPED) === 0) onRecord(oid, schema, kind, flags, name);
    else onRecord(oid, schema, kind, flags & ~ESCAPED, unescaped(name));
    at = end + 1;
  }
}

const unescaped = (name: string): string =>
  name.replaceAll(/\\([\\n])/g, (_, letter: string) => (letter === 'n' ? LINE_FEED : letter));
