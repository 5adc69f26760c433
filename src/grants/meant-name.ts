import { nearest } from '../report/suggest.ts';

/** Above this, looking for a likeness takes longer than it helps. */
const MANY = 2000;

/**
 * What to say of a filter that matches nothing: the name that it would match in another letter case, or that it is
 * nearly; for a table also the one that lacks only its schema. Empty where no name is near.
 */
export function meantName(text: string, names: Iterable<string>): string {
  const anyCase = new RegExp(`^(?:.*\\.)?(?:${text})$`, 'ius');
  const few: string[] = [];
  for (const name of names) {
    if (anyCase.test(name)) return `; did you mean ${JSON.stringify(name)}?`;
    if (few.length < MANY) few.push(name);
  }
  const near = few.length < MANY ? nearest(text, few) : null;
  return near === null ? '' : `; did you mean ${JSON.stringify(near)}?`;
}
