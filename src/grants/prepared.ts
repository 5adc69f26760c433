import type { Touched } from './access.ts';
import { overlaps, type WriteCommand } from './hazards.ts';
import type { Expression } from './stored-code.ts';

/** Expressions that are made ready with the statement, before any row is looked at. */
export function prepared(
  { context, column, reads }: Expression,
  command: WriteCommand,
  touched: Touched,
  serverVersion: number,
): boolean {
  const given = typeof touched !== 'string' && touched.includes(column);
  const eager = serverVersion >= 130000 && serverVersion < 160000;
  const gets = typeof touched === 'string' || touched.length === 0 || given;
  switch (context) {
    case 'default':
      return command === 'insert' && !given;
    case 'generated':
      // For UPDATE only 13 to 15 do; the others wait until a row comes.
      return command === 'insert' || (command === 'update' && eager && overlaps(reads, touched));
    // A missing value of a domain is checked too; a missing array or composite is just NULL.
    case 'domain':
      return command === 'insert' || (command === 'update' && gets);
    case 'domain-inside':
      return command !== 'delete' && gets;
    default:
      return false;
  }
}
