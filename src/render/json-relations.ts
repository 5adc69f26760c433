import type { RelationGrants } from '../report/grants.ts';
import type { JsonBytes } from './json-bytes.ts';

/**
 * So many lists are kept: those that relations share come again soon, for relations stand by schema; those that are of
 * one relation alone, of which there may be very many, make room again.
 */
const KEPT = 2048;

/** What a relation says between its owner and its reasons, and its bytes. */
interface Frame {
  readonly of: RelationGrants;
  readonly bytes: Uint8Array;
}

/**
 * Writes relations, in the contract's order of keys. They share what was judged once for many of them, so each such
 * part is made once, and a relation is little more than its name between copies.
 */
export function relationWriter(out: JsonBytes): (relation: RelationGrants) => void {
  const owners = new Map<string, Map<string, Uint8Array>>();
  const frames = new Map<object, Frame>();
  const reasons = new Map<object, Uint8Array>();
  const singles = new Map<object, Uint8Array>();
  const missing = new Map<object, Uint8Array>();
  const accepted = new Map<object, Uint8Array>();
  const mark = (text: string): Uint8Array => out.kept(() => out.json(text));
  const [opened, comma, closing] = [mark('['), mark(','), mark('}')];
  let schema: string | null = null;
  let opening: Uint8Array = new Uint8Array();

  const start = (of: string): Uint8Array => {
    if (of === schema) return opening;
    schema = of;
    opening = out.kept(() => out.json(`{"schema":${JSON.stringify(of)},"name":`));
    return opening;
  };
  const owned = (kind: string, owner: string): Uint8Array => {
    let kinds = owners.get(owner);
    if (kinds === undefined) owners.set(owner, (kinds = new Map()));
    let bytes = kinds.get(kind);
    if (bytes === undefined) {
      bytes = out.kept(() => out.json(`,"kind":${JSON.stringify(kind)},"owner":${JSON.stringify(owner)}`));
      kinds.set(kind, bytes);
    }
    return bytes;
  };
  const frame = (of: RelationGrants): Uint8Array => {
    const { read, write, truncate, privileges, via } = of;
    const known = frames.get(via);
    if (
      known !== undefined &&
      known.of.privileges === privileges &&
      known.of.read === read &&
      known.of.write === write &&
      known.of.truncate === truncate
    ) {
      return known.bytes;
    }
    const inside = JSON.stringify({ read, write, truncate, privileges, via }).slice(1, -1);
    const bytes = out.kept(() => out.json(`,${inside},"reasons":`));
    frames.set(via, { of, bytes });
    return bytes;
  };
  const known = <T extends object>(map: Map<object, Uint8Array>, key: T, write: (key: T) => void): Uint8Array => {
    const before = map.get(key);
    if (before !== undefined) return before;
    const bytes = out.kept(() => write(key));
    if (map.size >= KEPT) map.delete(map.keys().next().value as object);
    map.set(key, bytes);
    return bytes;
  };
  const single = (reason: object): void => out.json(JSON.stringify(reason));
  /** Lists that are of one relation alone hold what others hold too. */
  const list = (given: RelationGrants['reasons']): void => {
    let before = opened;
    for (const reason of given) {
      out.part(before);
      out.part(known(singles, reason, single));
      before = comma;
    }
    out.json(given.length === 0 ? '[]' : ']');
  };
  const words =
    (key: string) =>
    (given: readonly string[]): void =>
      out.json(`,"${key}":${JSON.stringify(given)}`);
  const [ofMissing, ofAccepted] = [words('missing'), words('accepted')];

  return (relation) => {
    out.part(start(relation.schema));
    out.string(relation.name);
    out.part(owned(relation.kind, relation.owner));
    out.part(frame(relation));
    out.part(known(reasons, relation.reasons, list));
    if (relation.missing !== undefined) out.part(known(missing, relation.missing, ofMissing));
    if (relation.accepted !== undefined) out.part(known(accepted, relation.accepted, ofAccepted));
    out.part(closing);
  };
}
