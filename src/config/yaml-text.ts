import { LineCounter, parseDocument, type Document, type YAMLParseError } from 'yaml';
import { ConfigError } from './config-error.ts';

export interface YamlText {
  readonly document: Document;
  /** The whole as plain data; null for an empty file. */
  readonly value: unknown;
  /** The place of an offset, counted from 1. */
  readonly at: (offset: number) => { readonly line: number; readonly column: number };
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

const wordsOf = ({ code, message }: YAMLParseError): string => QUOTING[code] ?? message;

/**
 * Reads a YAML text. No message quotes it.
 * @throws ConfigError with every problem and its place
 */
export function readYaml(text: string, file: string): YamlText {
  const lines = new LineCounter();
  // Its warnings go to standard error and quote the text; what matters here is an error.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const at: YamlText['at'] = (offset) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({ ...at(error.pos[0]), path: '', message: wordsOf(error) }));
    throw new ConfigError(file, problems);
  }
  try {
    return { document, value: document.toJS(), at };
  } catch (error) {
    // An alias without an anchor, or one of too many: known only when the data is made.
    const message = error instanceof ReferenceError ? ALIAS : 'this is not plain data';
    throw new ConfigError(file, [{ line: 1, column: 1, path: '', message }]);
  }
}
