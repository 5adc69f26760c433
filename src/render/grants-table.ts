import type { GrantsSection, RelationGrants } from '../report/grants.ts';
import { relationsBySchema } from './by-schema.ts';
import { forTerminal } from './escape.ts';
import { type Cell, cellText, markOf } from './grants-cell.ts';
import type { Look } from './look.ts';
import type { Paint } from './paint.ts';
import { relationLines } from './relation-lines.ts';
import { schemaLines } from './schema-lines.ts';
import { wrap } from './wrap.ts';

/** Without -v at most so many relations and schemas are listed: those that lack something asked for come first. */
const LIST_UP_TO = 100;

/** The role's rights on the database, schemas with counts, relations with read, write and truncate, a legend last. */
export function* grantsTable(section: GrantsSection, look: Look): Generator<string> {
  const { paint } = look;
  const everything = look.verbosity === 'verbose';
  const limit = everything ? Infinity : LIST_UP_TO;
  const listed = chosen(section.relations, limit);
  const bySchema = relationsBySchema(section.relations);
  const shownBySchema = relationsBySchema(listed);
  const troubled = section.schemas.filter(({ name }) => shownBySchema.has(name));
  const schemas = section.schemas.length <= limit ? section.schemas : troubled.slice(0, limit);
  yield `${databaseLine(section, look, paint)}\n\n`;
  if (schemas.length > 0) yield `${schemaLines(schemas, bySchema, look)}\n\n`;
  for (const schema of schemas) {
    const relations = shownBySchema.get(schema.name);
    if (relations === undefined) continue;
    yield `  ${paint.bold(forTerminal(schema.name))}\n`;
    yield* relationLines(relations, look, paint);
    yield '\n';
  }
  const hidden = section.relations.length - listed.length;
  if (hidden > 0) {
    const lacking = section.relations.filter(lacksSomething).length - listed.filter(lacksSomething).length;
    const told = lacking === 0 ? 'none of which lacks what was asked for' : `${lacking} of which lack something`;
    const note = `${hidden} more relations are not listed, ${told}: -v lists all, --json holds everything`;
    yield `  ${paint.dim(wrap(note, look.width, 2))}\n\n`;
  }
  yield `${legend(look, paint)}\n`;
}

const lacksSomething = (relation: RelationGrants): boolean => (relation.missing ?? []).length > 0;

/** All where they are few; else those that lack something, as many as may be shown. In the report's order. */
function chosen(relations: readonly RelationGrants[], limit: number): readonly RelationGrants[] {
  if (relations.length <= limit) return relations;
  return relations.filter(lacksSomething).slice(0, limit);
}

function databaseLine(section: GrantsSection, look: Look, paint: Paint): string {
  const { connect, create, temporary } = section.databasePrivileges;
  const yes = (value: boolean): string => cellText(value ? 'yes' : 'no', look, paint);
  const who = `${forTerminal(section.role)}${section.superuser ? ' (superuser)' : ''}`;
  return `  role ${paint.bold(who)} in database ${paint.bold(forTerminal(section.database))}:  connect ${yes(connect)}  create ${yes(create)}  temporary ${yes(temporary)}`;
}

function legend(look: Look, paint: Paint): string {
  const mark = (value: Cell): string => markOf(value, look);
  const text = `read = select, write = insert, update, delete; ${mark('partial')} part = some, ${mark('n/a')} n/a = this kind cannot`;
  return paint.dim(`  ${wrap(text, look.width, 2)}`);
}
