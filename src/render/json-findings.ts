import type { CodeWords, WordedFinding } from '../report/finding.ts';
import { LateFinding } from '../report/late-finding.ts';
import { forFix } from '../report/shell-quoting.ts';
import { docsOf, partsOf, speltFix } from '../report/wording.ts';
import type { JsonBytes } from './json-bytes.ts';

/** What all findings of one code have in common: bytes, and between those of its words the names of arguments. */
interface Form {
  readonly words: CodeWords;
  readonly head: Uint8Array;
  readonly message: readonly (Uint8Array | string)[];
  readonly fix: readonly (Uint8Array | string)[];
  readonly tail: Uint8Array;
}

/**
 * Writes findings. Of gaps there may be hundreds of thousands, each twice: to remember their text would take too much
 * room, and to make it of the whole finding too much time. So it is put together from what all of a code have in common
 * and the arguments as they are; where one of those needs any escaping the finding is written as others are.
 */
export function findingWriter(out: JsonBytes): (finding: WordedFinding) => void {
  const forms = new Map<string, Form>();
  const firstKeys = new Map<string, Uint8Array>();
  const keys = new Map<string, Uint8Array>();
  const kept = (json: string): Uint8Array => out.kept(() => out.json(json));
  /** Inside a string that has begun. */
  const inside = (text: string): string => JSON.stringify(text).slice(1, -1);
  const between = kept('","fix":"');
  const ending = kept('"}}');

  const formOf = ({ code, severity, stage, words }: LateFinding): Form => {
    const known = forms.get(code);
    if (known?.words === words) return known;
    const pieces = (template: string): readonly (Uint8Array | string)[] =>
      partsOf(template).map((part, at) => (at % 2 === 0 ? kept(inside(part)) : part));
    const head = JSON.stringify({ code, severity, stage }).slice(0, -1);
    const form: Form = {
      words,
      head: kept(`${head},"message":"`),
      message: pieces(words.message),
      fix: pieces(speltFix(words.fix)),
      tail: kept(`","docs":${JSON.stringify(docsOf(code))},"raw":null,"args":`),
    };
    forms.set(code, form);
    return form;
  };
  const keyOf = (known: Map<string, Uint8Array>, before: string, key: string): Uint8Array => {
    let bytes = known.get(key);
    if (bytes === undefined) known.set(key, (bytes = kept(`${before}${inside(key)}":"`)));
    return bytes;
  };

  const late = (finding: LateFinding): boolean => {
    const { args } = finding;
    const { head, message, fix, tail } = formOf(finding);
    out.part(head);
    for (const piece of message) {
      if (typeof piece !== 'string') out.part(piece);
      else if (!plainly(args[piece])) return false;
    }
    out.part(between);
    for (const piece of fix) {
      if (typeof piece !== 'string') out.part(piece);
      else if (!plainly(args[piece] === undefined ? undefined : forFix(piece, args[piece]))) return false;
    }
    out.part(tail);
    let first = true;
    for (const key in args) {
      out.part(first ? keyOf(firstKeys, '{"', key) : keyOf(keys, '","', key));
      if (!plainly(args[key])) return false;
      first = false;
    }
    if (first) return false;
    out.part(ending);
    return true;
  };
  const plainly = (value: string | number | undefined): boolean => typeof value === 'string' && out.plain(value);

  return (finding) => {
    if (finding instanceof LateFinding && out.tried(late, finding)) return;
    out.json(JSON.stringify(finding));
  };
}
