/** Lists that grow word by word and are held once each: of very many, most are one of a few. */
export interface SharedLists {
  /** The list with a word more; the list itself where it holds the word already. */
  readonly added: (list: readonly string[], word: string) => readonly string[];
}

export const NO_WORDS: readonly string[] = [];

export function createSharedLists(): SharedLists {
  const grown = new Map<readonly string[], Map<string, readonly string[]>>();
  return {
    added: (list, word) => {
      if (list.includes(word)) return list;
      const known = grown.get(list) ?? new Map<string, readonly string[]>();
      grown.set(list, known);
      const longer = known.get(word) ?? [...list, word];
      known.set(word, longer);
      return longer;
    },
  };
}
