import { type Document, LineCounter, type YAMLParseError, isMap, isNode, isScalar, parseDocument } from 'yaml';
import { ConfigError } from './config-error.ts';
import type { Path } from './found.ts';
import { shownKey } from './shown-key.ts';

/** Counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface YamlText {
  /** The whole as plain data; null for an empty file. */
  readonly value: unknown;
  /** Where a value (or its key) begins; for one that is missing, where its parent begins. */
  readonly placeOf: (path: Path, onKey?: boolean) => Place;
}

const ALIAS =
  'a * that stands first is an alias, and no anchor (&) of that name comes before; quote the value if it is a text';

/** The parser's complaints that quote the file: any of it may be a password, so these have words of their own. */
const QUOTING: Readonly<Record<string, string>> = {
  UNEXPECTED_TOKEN: 'something unexpected stands here; quote the value if it is a text',
  BAD_DQ_ESCAPE: 'an invalid escape sequence in double quotes; single quotes take a backslash as it is',
  BAD_DIRECTIVE: 'a directive that is not YAML; quote the value if it is a text',
  TAG_RESOLVE_FAILED: 'an unknown tag; quote the value if it is a text that begins with !',
  BAD_COLLECTION_TYPE: 'a tag that does not fit here; quote the value if it is a text that begins with !',
  BAD_ALIAS: ALIAS,
  IMPOSSIBLE: 'this is not YAML',
};

function wordsOf({ code, message, pos }: YAMLParseError, text: string): string {
  if (code !== 'DUPLICATE_KEY') return QUOTING[code] ?? message;
  const key = shownKey(/^["']?([^\s"':]*)/.exec(text.slice(pos[0]))?.[1]);
  return `the key ${key === '***' ? 'here' : `"${key}"`} is there twice in this map`;
}

/**
 * Reads a YAML text. No message quotes it.
 * @throws ConfigError with every problem and its place
 */
export function readYaml(text: string, file: string): YamlText {
  const lines = new LineCounter();
  // Its warnings go to standard error and quote the text; what matters here is an error.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({ ...at(error.pos[0]), path: '', message: wordsOf(error, text) }));
    throw new ConfigError(file, problems);
  }
  try {
    return { value: document.toJS(), placeOf: (path, onKey = false) => at(offsetOf(document, path, onKey)) };
  } catch (error) {
    // An alias without an anchor, or one of too many: known only when the data is made.
    const message = error instanceof ReferenceError ? ALIAS : 'this is not plain data';
    throw new ConfigError(file, [{ line: 1, column: 1, path: '', message }]);
  }
}

function offsetOf(document: Document, path: Path, onKey: boolean): number {
  const parent: unknown = document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)));
    const node = onKey || !isNode(pair?.value) ? pair?.key : pair.value;
    if (isNode(node) && node.range) return node.range[0];
  }
  const node: unknown = document.getIn(path, true);
  if (isNode(node) && node.range) return node.range[0];
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1), false);
}
