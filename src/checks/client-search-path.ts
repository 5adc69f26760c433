import { shellValueOr } from '../report/shell-quoting.ts';
import type { ConnectionTarget } from '../target/types.ts';

/** `-c search_path=…` and `--search-path=…` as the server reads `options`: a backslash keeps a blank. */
const ASSIGNMENT = /(?<=^|\s)(?:-c\s*|--)search[_-]path=(?:\\.|[^\s\\])*/gi;

/**
 * What to write instead where this side sends search_path itself (`options`, PGOPTIONS): that beats all that ALTER ROLE
 * sets. Undefined where it sends none.
 * @param proposal the path to propose, as SQL writes it
 */
export function correctedOptions({ parameters }: ConnectionTarget, proposal: string): string | undefined {
  const options = parameters['options'];
  if (options === undefined || options.value.search(ASSIGNMENT) === -1) return undefined;
  const assignment = `-c search_path=${proposal.replaceAll(/[\s\\]/g, String.raw`\$&`)}`;
  const value = options.value.replaceAll(ASSIGNMENT, () => assignment);
  switch (options.from) {
    case 'env:PGOPTIONS':
      return `PGOPTIONS=${shellValueOr(value, 'OPTIONS')}`;
    case 'flag':
      return `--options=${shellValueOr(value, 'OPTIONS')}`;
    case 'uri':
    case 'env:DATABASE_URL':
      return `options=${encodeURIComponent(value).replaceAll("'", '%27')}`;
    default:
      return `options=${shellValueOr(value, 'OPTIONS')}`;
  }
}
