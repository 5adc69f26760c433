import { ServerError } from '../failures/raw-errors.ts';
import { FIRST_COLUMNS_SQL, type ExplainAnswer, compareExplained, explainProbes } from '../grants/explain-probes.ts';
import { END_READ_ONLY, beginReadOnly } from '../probes/read-only.ts';
import type { Draft } from '../report/build.ts';
import type { GrantsSection } from '../report/grants.ts';
import type { GrantsSource } from './grants-request.ts';

/** So many questions are sent in one write: each is a transaction of its own, since an error ends one. */
const AT_ONCE = 200;

/** `grants --verify`: asks the server itself, with EXPLAIN in READ ONLY transactions, and reports any disagreement. */
export async function verifyByExplain(section: GrantsSection, source: GrantsSource): Promise<Draft> {
  const { session, statementMs } = source;
  const started = performance.now();
  const columns = new Map<string, string>();
  const [, first] = await session.pipeline([beginReadOnly(statementMs), FIRST_COLUMNS_SQL, END_READ_ONLY], [], {
    timeoutMs: statementMs,
  });
  if (first?.status === 'rejected') throw first.reason;
  for (const [schema, name, column] of first?.value.rows ?? []) columns.set(`${schema}\0${name}`, column ?? '');
  const probes = explainProbes(section, (schema, name) => columns.get(`${schema}\0${name}`));
  const answers: (ExplainAnswer | null)[] = [];
  for (let at = 0; at < probes.length; at += AT_ONCE) {
    const some = probes.slice(at, at + AT_ONCE);
    const texts = some.flatMap(({ sql }) => [beginReadOnly(statementMs), sql, 'rollback']);
    const outcomes = await session.pipeline(texts, [], { timeoutMs: statementMs });
    for (const index of some.keys()) {
      const outcome = outcomes[index * 3 + 1];
      if (outcome === undefined || outcome.status === 'fulfilled') answers.push(null);
      else if (outcome.reason instanceof ServerError) answers.push(outcome.reason.fields);
      else throw outcome.reason;
    }
  }
  return {
    id: 'grants.verify',
    stage: 'grants',
    title: 'the server agrees, asked with EXPLAIN',
    durationMs: Math.round((performance.now() - started) * 10) / 10,
    summary: `${probes.length} statements on ${section.relations.length} relations`,
    findings: compareExplained(probes, answers),
  };
}
