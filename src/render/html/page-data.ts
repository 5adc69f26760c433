import type { WordedFinding } from '../../report/finding.ts';
import { ACTIONS, type RelationGrants } from '../../report/grants.ts';
import { plainFinding } from '../../report/late-finding.ts';
import type { Report } from '../../report/report.ts';
import { forTerminal } from '../escape.ts';
import { findingsByRelation, partsOf } from '../phrases.ts';

/** One relation, short because there may be ten thousand: indexes point into the lists beside it. */
export interface PageRelation {
  /** Index into `schemas`. */
  readonly s: number;
  readonly n: string;
  readonly k: RelationGrants['kind'];
  readonly o: string;
  /** One letter for each action: y(es), n(o), c(olumns), d(epends), - (n/a). */
  readonly p: string;
  readonly m?: readonly string[];
  /** Action and what it is held through. */
  readonly v?: readonly (readonly [string, string])[];
  readonly r?: readonly string[];
  /** Indexes into `findings`. */
  readonly f?: readonly number[];
}

/** What the page's script works on. Every text is already made visible; the page sets it as text, never as markup. */
export interface PageData {
  readonly actions: readonly string[];
  readonly schemas: readonly { readonly label: string }[];
  readonly relations: readonly PageRelation[];
  readonly findings: readonly { readonly message: string; readonly fix: string }[];
  /** The statements as they are to be pasted: exact, and therefore never shown. */
  readonly sql: readonly string[];
}

const LETTERS = { yes: 'y', no: 'n', columns: 'c', depends: 'd', 'n/a': '-' } as const;

/** The relations of all parts with what is to be shown of each. */
export function pageData(report: Report): PageData {
  const schemas: { label: string }[] = [];
  const relations: PageRelation[] = [];
  const findings: { message: string; fix: string }[] = [];
  const sql: string[] = [];
  for (const { name, report: part } of partsOf(report)) {
    const { grants } = part;
    if (grants === undefined) continue;
    const indexOf = new Map<string, number>();
    for (const schema of grants.schemas) {
      indexOf.set(schema.name, schemas.length);
      schemas.push({ label: forTerminal(schemaLabel(name, schema.name)) });
    }
    const ofRelation = findingsByRelation(part.findings);
    const numbers = new Map<WordedFinding, number>();
    const numberOf = (finding: WordedFinding): number => {
      const known = numbers.get(finding);
      if (known !== undefined) return known;
      numbers.set(finding, findings.length);
      const { message, fix } = plainFinding(finding);
      return findings.push({ message: forTerminal(message), fix: forTerminal(fix) }) - 1;
    };
    for (const each of grants.relations) {
      relations.push(
        pageRelation(each, indexOf.get(each.schema) ?? 0, ofRelation(each.schema, each.name).map(numberOf)),
      );
    }
    sql.push((part.statements ?? []).map((statement) => statement.sql).join('\n'));
  }
  return { actions: ACTIONS.map(actionLabel), schemas, relations, findings, sql };
}

export const schemaLabel = (connection: string | null, schema: string): string =>
  connection === null ? schema : `${connection} › ${schema}`;

/** `truncateCascade` → `truncate cascade`. */
export const actionLabel = (action: string): string =>
  action.replaceAll(/[A-Z]/g, (upper) => ` ${upper.toLowerCase()}`);

function pageRelation(each: RelationGrants, s: number, found: readonly number[]): PageRelation {
  const missing = each.missing ?? [];
  const via = Object.entries(each.via).map(([action, held]) => [actionLabel(action), forTerminal(held ?? '')] as const);
  const reasons = [...new Set(each.reasons.map(({ action, code }) => `${actionLabel(action)}: ${code}`))];
  return {
    ...{ s, n: forTerminal(each.name), k: each.kind, o: forTerminal(each.owner) },
    p: ACTIONS.map((action) => LETTERS[each.privileges[action]]).join(''),
    ...(missing.length === 0 ? {} : { m: missing }),
    ...(via.length === 0 ? {} : { v: via }),
    ...(reasons.length === 0 ? {} : { r: reasons }),
    ...(found.length === 0 ? {} : { f: found }),
  };
}
