import type { GrantsSection, RelationGrants } from '../report/grants.ts';
import { relationsBySchema } from './by-schema.ts';
import { columns } from './columns.ts';
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

/** What the role may do with the database, on as many lines as it takes. */
function databaseLine(section: GrantsSection, look: Look, paint: Paint): string {
  const { connect, create, temporary } = section.databasePrivileges;
  const role = `${forTerminal(section.role)}${section.superuser ? ' (superuser)' : ''}`;
  const database = forTerminal(section.database);
  let text = `  role ${paint.bold(role)} in database ${paint.bold(database)}:`;
  let used = columns(`  role ${role} in database ${database}:`);
  for (const [word, holds] of Object.entries({ connect, create, temporary })) {
    const answer: Cell = holds ? 'yes' : 'no';
    const wide = columns(`  ${word} ${markOf(answer, look)} ${answer}`);
    const fits = used + wide <= look.width;
    text += `${fits ? '  ' : '\n    '}${word} ${cellText(answer, look, paint)}`;
    used = fits ? used + wide : wide + 2;
  }
  return text;
}

function legend(look: Look, paint: Paint): string {
  const mark = (value: Cell): string => markOf(value, look);
  const text = `read = select, write = insert, update, delete; ${mark('partial')} part = some, ${mark('n/a')} n/a = this kind cannot`;
  return paint.dim(`  ${wrap(text, look.width, 2)}`);
}
