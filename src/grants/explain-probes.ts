import { defineCodes, type Finding } from '../report/finding.ts';
import type { Action, GrantsSection, RelationGrants } from '../report/grants.ts';
import { quoteIdentifier } from '../report/sql-quoting.ts';

export const EXPLAIN_CODES = defineCodes({
  'verify-disagrees': {
    severity: 'error',
    title: 'the server disagrees',
    message: 'pgmedic says {ours} to {action} on {object}, and the server says {theirs}: {raw}',
    fix: 'Please report this with the table’s grants, which psql shows with: \\dp {sqlObject}',
  },
  'verify-incomplete': {
    severity: 'warning',
    title: 'the server could not be asked',
    message:
      '{count} relations could not be explained, for another reason than permission; the first: {object} ({raw})',
    fix: 'Look at the first one with: EXPLAIN SELECT * FROM {sqlObject};',
  },
});

/** EXPLAIN runs the permission checks of the executor's start and nothing else (measured; PREPARE does not). */
export interface ExplainProbe {
  readonly relation: RelationGrants;
  readonly action: Action;
  readonly sql: string;
}

/** What the server made of a probe: null for yes, else its SQLSTATE and message. */
export interface ExplainAnswer {
  readonly sqlstate: string;
  readonly message: string;
}

const KINDS_WITH_WRITES: readonly string[] = ['table', 'partitioned-table', 'partition', 'view'];

/** The first plain column of each relation, for UPDATE: one row per relation of the asked schemas. */
export const FIRST_COLUMNS_SQL = `select n.nspname, c.relname, a.attname
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join lateral (
  select attname from pg_catalog.pg_attribute
  where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '' and attidentity <> 'a'
  order by attnum limit 1
) a on true
where c.relkind in ('r', 'p', 'v') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_toast'`;

/** The questions for every relation: SELECT, and where the kind can be written to INSERT, UPDATE and DELETE. */
export function explainProbes(
  section: GrantsSection,
  firstColumn: (schema: string, name: string) => string | undefined,
): readonly ExplainProbe[] {
  return section.relations.flatMap((relation) => {
    const target = `${quoteIdentifier(relation.schema)}.${quoteIdentifier(relation.name)}`;
    const ask = (action: Action, statement: string): ExplainProbe => ({
      relation,
      action,
      sql: `explain (costs off) ${statement}`,
    });
    const probes = [ask('select', `select * from ${target}`)];
    if (!KINDS_WITH_WRITES.includes(relation.kind)) return probes;
    const column = firstColumn(relation.schema, relation.name);
    if (relation.privileges.insert !== 'n/a') probes.push(ask('insert', `insert into ${target} default values`));
    if (relation.privileges.delete !== 'n/a') probes.push(ask('delete', `delete from ${target}`));
    if (relation.privileges.update !== 'n/a' && column !== undefined) {
      probes.push(ask('update', `update ${target} set ${quoteIdentifier(column)} = null`));
    }
    return probes;
  });
}

/** Answers that another statement, a later check or a single column decides: EXPLAIN has no say in them. */
function beyondExplain(probe: ExplainProbe): boolean {
  const answer = probe.relation.privileges[probe.action];
  if (answer === 'columns' || answer === 'depends' || answer === 'n/a') return true;
  const reasons = probe.relation.reasons.filter((reason) => reason.action === probe.action);
  return answer === 'no' && !reasons.some(({ code }) => code === 'no-privilege' || code === 'schema-usage-missing');
}

/** Compares every answer; a disagreement is a finding, and so is a relation that could not be asked. */
export function compareExplained(
  probes: readonly ExplainProbe[],
  answers: readonly (ExplainAnswer | null)[],
): readonly Finding[] {
  const findings: Finding[] = [];
  const unanswered: { probe: ExplainProbe; answer: ExplainAnswer }[] = [];
  for (const [index, probe] of probes.entries()) {
    const answer = answers[index] ?? null;
    if (answer !== null && answer.sqlstate !== '42501') {
      unanswered.push({ probe, answer });
      continue;
    }
    if (beyondExplain(probe)) continue;
    const ours = probe.relation.privileges[probe.action] === 'yes';
    const theirs = answer === null;
    if (ours === theirs) continue;
    findings.push({
      code: 'verify-disagrees',
      stage: 'grants',
      args: {
        ...placeOf(probe),
        action: probe.action,
        ours: ours ? 'yes' : 'no',
        theirs: theirs ? 'yes' : 'no',
        raw: answer?.message ?? 'it plans the statement',
      },
    });
  }
  const [first] = unanswered;
  if (first !== undefined) {
    const count = new Set(unanswered.map(({ probe }) => probe.relation)).size;
    const raw = `${first.answer.sqlstate} ${first.answer.message}`;
    findings.push({ code: 'verify-incomplete', stage: 'grants', args: { ...placeOf(first.probe), count, raw } });
  }
  return findings;
}

const placeOf = ({ relation }: ExplainProbe): { object: string; sqlObject: string } => ({
  object: `${relation.schema}.${relation.name}`,
  sqlObject: `${quoteIdentifier(relation.schema)}.${quoteIdentifier(relation.name)}`,
});
