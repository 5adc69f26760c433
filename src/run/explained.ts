import { ServerError } from '../failures/raw-errors.ts';
import {
  type ExplainAnswer,
  type ExplainProbe,
  FIRST_COLUMNS_SQL,
  compareExplained,
  explainProbes,
} from '../grants/explain-probes.ts';
import { END_READ_ONLY, beginReadOnly } from '../probes/read-only.ts';
import type { Draft } from '../report/build.ts';
import type { Finding } from '../report/finding.ts';
import type { GrantsSection } from '../report/grants.ts';
import type { GrantsSource } from './grants-request.ts';
import { sessionFailure } from './session-failure.ts';

/** So many questions are sent in one write: each is a transaction of its own, since an error ends one. */
const AT_ONCE = 200;

/**
 * `grants --verify`: asks the server itself, with EXPLAIN in READ ONLY transactions, and reports any disagreement. Where it
 * does not answer all of them in time, that is a finding beside those of its answers.
 */
export async function verifyByExplain(section: GrantsSection, source: GrantsSource): Promise<Draft> {
  const started = performance.now();
  const asked: Asked = { probes: [], answers: [] };
  let failed: readonly Finding[] = [];
  try {
    await ask(section, source, asked);
  } catch (error) {
    failed = [await sessionFailure(error, source.context)];
  }
  const { probes, answers } = asked;
  const answered = probes.slice(0, answers.length);
  const unanswered = probes.length === answers.length ? '' : `; ${probes.length - answers.length} were not answered`;
  return {
    id: 'grants.verify',
    stage: 'grants',
    title: 'the server agrees, asked with EXPLAIN',
    durationMs: Math.round((performance.now() - started) * 10) / 10,
    summary: `${probes.length} statements on ${section.relations.length} relations${unanswered}`,
    findings: [...compareExplained(answered, answers), ...failed],
  };
}

interface Asked {
  probes: readonly ExplainProbe[];
  readonly answers: (ExplainAnswer | null)[];
}

/** Puts the questions and their answers into `asked` as they come. Throws what the session throws. */
async function ask(section: GrantsSection, { session, statementMs }: GrantsSource, asked: Asked): Promise<void> {
  const end = performance.now() + statementMs;
  const columns = new Map<string, string>();
  const [, first] = await session.pipeline([beginReadOnly(statementMs), FIRST_COLUMNS_SQL, END_READ_ONLY], [], {
    timeoutMs: statementMs,
  });
  if (first?.status === 'rejected') throw first.reason;
  for (const [schema, name, column] of first?.value.rows ?? []) columns.set(`${schema}\0${name}`, column ?? '');
  asked.probes = explainProbes(section, (schema, name) => columns.get(`${schema}\0${name}`));
  const { probes, answers } = asked;
  for (let at = 0; at < probes.length; at += AT_ONCE) {
    const some = probes.slice(at, at + AT_ONCE);
    const left = Math.max(1, end - performance.now());
    const texts = some.flatMap(({ sql }) => [beginReadOnly(left), sql, 'rollback']);
    const outcomes = await session.pipeline(texts, [], { timeoutMs: left });
    for (const index of some.keys()) {
      const outcome = outcomes[index * 3 + 1];
      if (outcome === undefined || outcome.status === 'fulfilled') answers.push(null);
      else if (outcome.reason instanceof ServerError) answers.push(outcome.reason.fields);
      else throw outcome.reason;
    }
  }
}
