/** One part of a list that is split over several jobs: `2/5` is the second of five. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** Reads `2/5`; null where it is none. */
export function parseShard(text: string): Shard | null {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text.trim());
  const index = Number(match?.[1]);
  const count = Number(match?.[2]);
  return match !== null && index >= 1 && index <= count ? { index, count } : null;
}

/** Every item lands in exactly one shard; neighbours land in different ones, for they are often slow together. */
export const inShard = <T>(items: readonly T[], { index, count }: Shard): T[] =>
  items.filter((_, at) => at % count === index - 1);
