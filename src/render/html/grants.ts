import { ACTIONS, type GrantsSection, type RelationGrants } from '../../report/grants.ts';
import type { Report } from '../../report/report.ts';
import { relationsBySchema } from '../by-schema.ts';
import { forMarkup } from '../escape.ts';
import { partsOf } from '../phrases.ts';
import { actionLabel, schemaLabel } from './page-data.ts';

interface SchemaRow {
  readonly label: string;
  readonly usage: boolean;
  readonly create: boolean;
  readonly relations: readonly RelationGrants[];
}

/** Who is judged, the matrix of schemas × privileges, and the filters over the grid that the script fills. */
export function* grantsSection(report: Report): Generator<string> {
  const parts = partsOf(report).flatMap(({ name, report: part }) =>
    part.grants === undefined ? [] : [{ name, grants: part.grants }],
  );
  if (parts.length === 0) return;
  const rows = parts.flatMap(({ name, grants }) => schemaRows(name, grants));
  yield '<section aria-labelledby="grants"><h2 id="grants">Grants</h2>\n';
  for (const { name, grants } of parts) yield who(name, grants);
  yield* matrix(rows);
  yield* filters(rows);
  yield grid(rows.reduce((sum, row) => sum + row.relations.length, 0));
  yield '</section>\n';
}

function schemaRows(connection: string | null, grants: GrantsSection): SchemaRow[] {
  const bySchema = relationsBySchema(grants.relations);
  return grants.schemas.map((schema) => ({
    label: schemaLabel(connection, schema.name),
    usage: schema.usage,
    create: schema.create,
    relations: bySchema.get(schema.name) ?? [],
  }));
}

function who(
  connection: string | null,
  { role, database, superuser, databasePrivileges: on, needs }: GrantsSection,
): string {
  const yes = (value: boolean): string => (value ? '<span class="yes">✓ yes</span>' : '<span class="no">✗ no</span>');
  const asked = needs === undefined ? '' : ` Asked for: ${forMarkup(needs.join(', '))}.`;
  const at = connection === null ? '' : `<strong>${forMarkup(connection)}</strong>: `;
  return `<p>${at}role <strong class="mono">${forMarkup(role)}</strong>${superuser ? ' (superuser)' : ''} in database <strong class="mono">${forMarkup(database)}</strong>: connect ${yes(on.connect)}, create ${yes(on.create)}, temporary ${yes(on.temporary)}.${asked}</p>\n`;
}

function* matrix(rows: readonly SchemaRow[]): Generator<string> {
  yield '<div class="scroll" tabindex="0" role="region" aria-label="schemas and privileges"><table class="matrix"><thead><tr>';
  for (const head of ['schema', 'usage', 'create', 'relations', ...ACTIONS.map(actionLabel)])
    yield `<th scope="col">${head}</th>`;
  yield '</tr></thead><tbody>\n';
  for (const [index, row] of rows.entries()) {
    yield `<tr><th scope="row" class="mono">${forMarkup(row.label)}</th>${plain(row.usage)}${plain(row.create)}`;
    yield `<td>${button(index, '', String(row.relations.length), 'relations')}</td>`;
    for (const [at, action] of ACTIONS.entries()) {
      const able = row.relations.filter((each) => each.privileges[action] !== 'n/a');
      const held = able.filter((each) => each.privileges[action] === 'yes').length;
      if (able.length === 0) yield '<td class="na">–</td>';
      else {
        const look = held === able.length ? 'all' : held === 0 ? 'none' : 'some';
        const mark = { all: '✓', none: '✗', some: '◐' }[look];
        yield `<td class="${look}">${button(index, String(at), `${mark} ${held}/${able.length}`, actionLabel(action))}</td>`;
      }
    }
    yield '</tr>\n';
  }
  yield '</tbody></table></div>\n';
}

const plain = (value: boolean): string => (value ? '<td class="all">✓ yes</td>' : '<td class="none">✗ no</td>');

/** Shows the relations behind a cell: of this schema, without this privilege. */
const button = (schema: number, privilege: string, text: string, about: string): string =>
  `<button type="button" data-schema="${schema}" data-privilege="${privilege}" aria-label="${about}: ${text}; show them below">${text}</button>`;

function* filters(rows: readonly SchemaRow[]): Generator<string> {
  yield '<div class="filters" role="search"><input type="search" id="search" placeholder="Search schema.name, kind, owner ( / )" aria-label="search relations" autocomplete="off" spellcheck="false">';
  yield '<select id="schema" aria-label="schema"><option value="">all schemas</option>';
  for (const [index, row] of rows.entries()) yield `<option value="${index}">${forMarkup(row.label)}</option>`;
  yield '</select><select id="privilege" aria-label="privilege"><option value="">any privilege</option>';
  for (const [index, action] of ACTIONS.entries())
    yield `<option value="${index}">without ${actionLabel(action)}</option>`;
  yield '</select><label><input type="checkbox" id="lacking"> only what lacks something asked for</label>';
  yield '<span id="status" class="dim" role="status" aria-live="polite"></span></div>\n';
}

function grid(count: number): string {
  const heads = ['relation', 'kind', ...ACTIONS.map(actionLabel)]
    .map((head) => `<span role="columnheader">${head}</span>`)
    .join('');
  return `<div id="grid" class="grid" role="grid" tabindex="0" aria-label="relations; arrow keys move, Enter shows details" aria-rowcount="${count + 1}" aria-colcount="${ACTIONS.length + 2}"><div class="head" role="row" aria-rowindex="1">${heads}</div><div id="rows" class="rows" role="rowgroup"></div></div>
<div id="details" class="details" role="region" aria-live="polite" aria-label="details of the chosen relation" hidden></div>
<noscript><p>The list of relations needs JavaScript; the matrix above does not.</p></noscript>\n`;
}
