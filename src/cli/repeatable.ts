/**
 * Commander's parser for an option that may be given again: all its values in order.
 * Without one the option stays undefined: a default would stand in the help as "(default: [])".
 */
export const repeatable = (value: string, previous?: readonly string[]): readonly string[] | undefined => [
  ...(previous ?? []),
  value,
];
