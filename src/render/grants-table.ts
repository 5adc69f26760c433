import Table from 'cli-table3';
import type { GrantsSection, RelationGrants } from '../report/grants.ts';
import { relationsBySchema } from './by-schema.ts';
import { forTerminal } from './escape.ts';
import { type Cell, cellText, markOf } from './grants-cell.ts';
import type { Look } from './look.ts';
import type { Paint } from './paint.ts';
import { relationLines } from './relation-lines.ts';
import { clipMiddle, wrap } from './wrap.ts';

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
  if (schemas.length > 0) yield `${schemaTable(schemas, bySchema, look, paint)}\n\n`;
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

function schemaTable(
  schemas: GrantsSection['schemas'],
  bySchema: ReadonlyMap<string, readonly RelationGrants[]>,
  look: Look,
  paint: Paint,
): string {
  const table = new Table({
    head: ['schema', 'usage', 'create', 'relations', 'read', 'write', 'truncate'].map((word) => paint.dim(word)),
    colAligns: ['left', 'left', 'left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: BORDERLESS,
  });
  const nameWidth = Math.max(12, look.width - 58);
  for (const schema of schemas) {
    const relations = bySchema.get(schema.name) ?? [];
    const count = (column: 'read' | 'write' | 'truncate'): string => {
      const able = relations.filter((each) => each[column] !== 'n/a').length;
      const held = relations.filter((each) => each[column] === 'yes').length;
      return able === 0 ? markOf('n/a', look) : `${held} of ${able}`;
    };
    const yes = (value: boolean): string => cellText(value ? 'yes' : 'no', look, paint);
    table.push([
      clipMiddle(forTerminal(schema.name), nameWidth, look.unicode ? '…' : '...'),
      ...[yes(schema.usage), yes(schema.create), String(relations.length)],
      ...[count('read'), count('write'), count('truncate')],
    ]);
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function legend(look: Look, paint: Paint): string {
  const mark = (value: Cell): string => markOf(value, look);
  const text = `read = select, write = insert, update, delete; ${mark('partial')} part = some, ${mark('n/a')} n/a = this kind cannot`;
  return paint.dim(`  ${wrap(text, look.width, 2)}`);
}

const BORDERLESS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '  ',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
