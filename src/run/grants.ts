import { effective } from '../grants/effective.ts';
import { type Acceptance, acceptGaps } from '../grants/acceptance.ts';
import type { Gap } from '../grants/gaps.ts';
import { type NeedGroup, findGroupGaps } from '../grants/groups.ts';
import { excessFindings } from '../grants/excess-findings.ts';
import { type FailureContext, psqlArgs } from '../failures/context.ts';
import { UnknownRoleError } from '../grants/inventory-reader.ts';
import type { Inventory, Oid } from '../grants/inventory.ts';
import { withMissing } from '../grants/missing-actions.ts';
import type { Need } from '../grants/needs.ts';
import { type Scope, type ScopeFilters, applyScope } from '../grants/scope.ts';
import { type Statements, createStatements } from '../grants/statements.ts';
import { profileFindings } from '../profiles/findings.ts';
import type { Profile } from '../profiles/profile.ts';
import { asNewRole } from '../sql/new-role.ts';
import type { Draft } from '../report/build.ts';
import type { Finding } from '../report/finding.ts';
import type { GrantsSection } from '../report/grants.ts';
import type { Missing } from '../report/verdict.ts';
import { readDatabaseList } from './database-list.ts';
import { verifyByExplain } from './explained.ts';
import type { GrantsOutcome, GrantsRequest, GrantsSource } from './grants-request.ts';
import { inventoryOf, readInventory } from './read-inventory.ts';

export interface GrantsPlan {
  readonly needs: readonly Need[];
  readonly filters: ScopeFilters;
  /** Needs of some schemas or tables, beside those of the whole. */
  readonly groups?: readonly NeedGroup[];
  /** Gaps that are known and do not count for a time. */
  readonly accept?: readonly Acceptance[];
  /** A known consumer, whose other wishes are looked at too; its needs are among `needs`. */
  readonly profile?: Profile;
  /** Rights beyond these (and beyond the needs) are findings. */
  readonly max?: readonly Need[];
  /** Ask the server itself too, with EXPLAIN. */
  readonly verifyByExplain?: boolean;
  /** Judge this role instead of the one that logged in. */
  readonly role?: string;
  /** Judge a role of this name as if it had just been made; there is none yet. */
  readonly newRole?: string;
  /** How the caller would ask for the statements that close the gap, ready to be pasted. */
  readonly sqlCall?: string;
  /** How the caller would ask for the statements that take back what is beyond needs and `max`. */
  readonly revokeCall?: string;
}

const TITLE = 'the role holds what is needed';

/** What `grants` does once a session is open: one round trip for the inventory, then pure judgement. */
export const grantsRequest = (plan: GrantsPlan): GrantsRequest => ({ run: (source) => run(plan, source) });

async function run(plan: GrantsPlan, source: GrantsSource): Promise<GrantsOutcome> {
  const { timeline, server, context, begun } = source;
  let inventory: Inventory;
  try {
    inventory = await timeline.spend('grants', () =>
      begun?.serverVersion === server.versionNumber
        ? begun.inventory
        : readInventory(inventoryOf(plan, server.versionNumber), source),
    );
    if (plan.newRole !== undefined) inventory = asNewRole(inventory, plan.newRole);
  } catch (error) {
    const { nameFailure } = await import('../failures/name-failure.ts');
    const failure: Finding =
      error instanceof UnknownRoleError
        ? { code: 'role-unknown', stage: 'grants', args: { role: error.role, ...psqlArgs(context) } }
        : nameFailure(error, { ...context, stage: 'grants' });
    return { drafts: [{ ...stage(timeline.ms('grants')), findings: [failure] }] };
  }
  const scope = applyScope(inventory, plan.filters);
  const statements = createStatements(inventory);
  const section = effective(inventory, statements, scope);
  const groups = groupsOf(plan, scope);
  const needs = groups.flatMap((group) => group.needs);
  const found = findGroupGaps(inventory, statements, groups);
  const { gaps, findings, closed } = acceptGaps(found.gaps, plan.accept ?? [], today());
  const excess =
    plan.max === undefined
      ? []
      : excessFindings(statements.access, scope, [...needs, ...plan.max], await readDatabaseList(source));
  const draft: Draft = {
    ...stage(timeline.ms('grants')),
    summary: summaryOf(section, needs, gaps),
    facts: { relations: section.relations.length, schemas: section.schemas.length, gaps: gaps.length },
    // Joined and not gathered: there may be very many gaps.
    findings: found.filterFindings
      .map((finding) => withPlace(finding, context))
      .concat(
        gaps,
        findings,
        found.notes,
        excess,
        plan.profile === undefined ? [] : profileFindings(plan.profile, { role: section.role, ...server, ...source }),
      ),
  };
  const verified = plan.verifyByExplain === true ? [await verifyByExplain(section, source)] : [];
  return {
    drafts: [draft, ...verified],
    section: withMissing(section, scope.relations, needs, gaps, found.asked, closed),
    gaps,
    assessed: { inventory, scope, statements },
    allGood: goodNews(plan, section, needs),
    ...(gaps.length > 0
      ? { missing: badNews(plan, section, needs, gaps) }
      : excess.length > 1 && plan.revokeCall !== undefined
        ? { missing: tooMuch(plan.revokeCall, section, excess) }
        : {}),
  };
}

/** What the filters say, with where the names can be looked up; the scope itself knows of no connection. */
const withPlace = (finding: Finding, context: FailureContext): Finding => ({
  ...finding,
  args: { ...finding.args, ...psqlArgs(context) },
});

const groupsOf = (plan: GrantsPlan, scope: Scope): readonly (NeedGroup & { readonly scope?: Scope })[] => [
  { needs: plan.needs, filters: plan.filters, scope },
  ...(plan.groups ?? []),
];

/** What is missing in another inventory (after statements were tried out, or without some grants) by the same plan. */
export function gapsIn(inventory: Inventory, statements: Statements, plan: GrantsPlan): readonly Gap[] {
  const found = findGroupGaps(inventory, statements, groupsOf(plan, applyScope(inventory, plan.filters)));
  return acceptGaps(found.gaps, plan.accept ?? [], today()).gaps;
}

const today = (): string => new Date().toISOString().slice(0, 10);

const stage = (ms: number): Draft => ({ id: 'grants', stage: 'grants', title: TITLE, durationMs: ms });

const asked = (needs: readonly Need[]): string => [...new Set(needs.map((need) => need.name))].join(', ');

const counts = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

function summaryOf(section: GrantsSection, needs: readonly Need[], gaps: readonly Gap[]): string {
  const readable = section.relations.filter((each) => each.read === 'yes').length;
  const counted = `${counts(section.relations.length, 'relation')} in ${counts(section.schemas.length, 'schema')}, ${readable} readable`;
  if (needs.length === 0) return counted;
  return `${counted}; ${gaps.length === 0 ? 'nothing' : gaps.length} missing for ${asked(needs)}`;
}

function badNews(plan: GrantsPlan, section: GrantsSection, needs: readonly Need[], gaps: readonly Gap[]): Missing {
  const relations = new Set<Oid>();
  let others = 0;
  for (const { kind, oid } of gaps) {
    if (kind === 'relation') relations.add(oid);
    else others += 1;
  }
  const where = [
    ...(relations.size > 0 ? [`on ${relations.size} of ${section.relations.length} relations`] : []),
    ...(others > 0 ? [`on ${others}${relations.size > 0 ? ' other' : ''} ${others === 1 ? 'object' : 'objects'}`] : []),
  ].join(' and ');
  const count = gaps.length === 1 ? '1 privilege is' : `${gaps.length} privileges are`;
  const words = [...new Set(needs.map(({ name }) => name))].join(',');
  const wish = plan.profile === undefined ? `--need ${words}` : `--profile ${plan.profile.name}`;
  return {
    message: `${count} missing for ${plan.profile?.name ?? asked(needs)}: ${section.role} lacks ${gaps.length === 1 ? 'it' : 'them'} ${where} in ${section.database}`,
    fix: `Print the statements that close exactly this gap: ${plan.sqlCall ?? `pgmedic sql TARGET ${wish}`}`,
  };
}

/** So many objects that a right too many is on are named. */
const NAMED = 3;

function tooMuch(revokeCall: string, section: GrantsSection, excess: readonly Finding[]): Missing {
  const objects = [...new Set(excess.map(({ args }) => String(args['object'])))];
  const more = objects.length > NAMED ? ` and ${objects.length - NAMED} more` : '';
  return {
    message: `${excess.length} rights of ${section.role} in ${section.database} go beyond what --max allows: on ${objects.slice(0, NAMED).join(', ')}${more}`,
    fix: `Print the statements that take back what was granted to it by name: ${revokeCall}`,
  };
}

function goodNews({ max }: GrantsPlan, section: GrantsSection, needs: readonly Need[]): string {
  const { role, database, relations } = section;
  const atMost = max === undefined ? '' : ` nothing beyond --max ${max.length === 0 ? 'none' : asked(max)}`;
  if (needs.length === 0) {
    const said = max === undefined ? 'nothing was asked for (--need, --profile)' : `it holds${atMost}`;
    return `${role} in ${database}: ${relations.length} relations listed; ${said}`;
  }
  const more = max === undefined ? '' : `, and${atMost}`;
  return relations.length === 0
    ? `${role} lacks nothing for ${asked(needs)}${more}, but no relation is in scope of ${database}`
    : `${role} holds ${asked(needs)} on all ${relations.length} relations in scope of ${database}${more}`;
}
