/** Where something stands in the document: keys of maps and indices of lists, from the top. */
export type Path = readonly (string | number)[];

/** Something that is wrong in the document, before its line is known. */
export interface Found {
  readonly path: Path;
  readonly message: string;
  /** The problem is the key itself, not its value. */
  readonly onKey?: true;
}

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The texts of "one or a list", each with its place; what is no text is left to the schema. */
export function textsOf(value: unknown, path: Path): { readonly text: string; readonly path: Path }[] {
  if (typeof value === 'string') return [{ text: value, path }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((each: unknown, index) =>
    typeof each === 'string' ? [{ text: each, path: [...path, index] }] : [],
  );
}

/** The connections that are maps; the others are left to the schema. */
export const connectionsOf = (raw: unknown): (readonly [name: string, Readonly<Record<string, unknown>>])[] =>
  isMap(raw) && isMap(raw['connections'])
    ? Object.entries(raw['connections']).flatMap(([name, each]) => (isMap(each) ? [[name, each] as const] : []))
    : [];
