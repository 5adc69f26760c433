import type { Access } from './access.ts';
import type { Calling } from './calling.ts';
import { both, either, functionsIn, type Truth, truthOf } from './expression.ts';
import { permissionsIn, type TablePermission } from './query-permissions.ts';
import { type Oid, type Relation, RELATION_FLAG } from './inventory.ts';
import type { Policy } from './stored-code.ts';
import { parseTree } from './node-tree.ts';
import { type Problem, weaken } from './problem.ts';

type Command = 'select' | 'insert' | 'update' | 'delete';

/** What the policies of a table do to a statement. `visible`: whether rows that are there can be reached. */
export interface PolicyEffect {
  readonly visible: Truth;
  readonly problems: readonly Problem[];
}

export interface RowSecurity {
  /** `alsoSelect`: the statement reads columns too, so that policies for SELECT count as well. */
  readonly effect: (relation: Relation, user: Oid, command: Command, alsoSelect: boolean) => PolicyEffect;
}

const LETTERS: Readonly<Record<Command, string>> = { select: 'r', insert: 'a', update: 'w', delete: 'd' };
const FREE: PolicyEffect = { visible: 'true', problems: [] };

/** `read` judges a relation inside a policy's subquery, as the user in whose name the table itself is read. */
export function createRowSecurity(
  access: Access,
  calling: Calling,
  read: (permission: TablePermission, user: Oid) => readonly Problem[],
): RowSecurity {
  const { inventory, rights, names } = access;

  /** `check_enable_rls`: superusers and BYPASSRLS are exempt, owners too unless it is forced on them. */
  const applies = (relation: Relation, user: Oid): boolean => {
    if ((relation.flags & RELATION_FLAG.rowSecurity) === 0) return false;
    const role = inventory.roles.get(user);
    if (role?.superuser === true || role?.bypassRls === true) return false;
    const owns = rights.privilegesOf(user).has(relation.owner);
    return !owns || (relation.flags & RELATION_FLAG.forceRowSecurity) !== 0;
  };

  const policiesFor = (relation: Relation, user: Oid, command: Command): readonly Policy[] => {
    const held = rights.privilegesOf(user);
    return (inventory.policies.get(relation.oid) ?? []).filter(
      (policy) =>
        (policy.command === '*' || policy.command === LETTERS[command]) &&
        policy.roles.some((role) => role === 0 || held.has(role)),
    );
  };

  /** Permissive conditions are ORed, restrictive ones ANDed on top; without a permissive one nothing passes. */
  const combine = (
    relation: Relation,
    user: Oid,
    policies: readonly Policy[],
    condition: (policy: Policy) => string | null,
  ): { readonly truth: Truth; readonly problems: readonly Problem[] } => {
    const stated = policies.flatMap((policy) => {
      const text = condition(policy);
      return text === null ? [] : [{ policy, tree: parseTree(text) }];
    });
    const permissive = stated.filter(({ policy }) => policy.permissive);
    if (permissive.length === 0) return { truth: 'false', problems: [] };
    const open = either(permissive.map(({ tree }) => truthOf(tree)));
    const problems = stated.flatMap(({ policy, tree }) => [
      // Where a constant decides, the planner drops the rest before any function is looked at.
      ...(policy.permissive && open === 'true' ? [] : calling.functions(functionsIn(tree), `policy ${policy.name}`)),
      ...permissionsIn(tree)
        .flatMap((permission) => read(permission, user))
        .map((problem) => insidePolicy(problem, policy, relation)),
    ]);
    const restrictive = stated.filter(({ policy }) => !policy.permissive).map(({ tree }) => truthOf(tree));
    const truth = both([open, ...restrictive]);
    return { truth, problems: truth === 'false' ? problems.map(idle) : problems };
  };

  const insidePolicy = (problem: Problem, policy: Policy, relation: Relation): Problem => {
    if (problem.code !== 'no-privilege' && problem.code !== 'columns-only') return problem;
    const args = { ...problem.args, policy: policy.name, table: names.relation(relation) };
    return { ...problem, effect: 'no', code: 'policy-needs-privilege', args };
  };

  const using = (policy: Policy): string | null => policy.using;
  const checking = (policy: Policy): string | null => policy.check ?? policy.using;

  const note = (relation: Relation, user: Oid, command: Command, visible: Truth): readonly Problem[] => {
    if (visible === 'true') return [];
    const rows = visible === 'false' ? 'every row' : 'some rows';
    const args = { role: names.role(user), object: names.relation(relation), command: command.toUpperCase(), rows };
    return [{ effect: 'note', code: 'row-security-hides-rows', args }];
  };
  const verdict = (relation: Relation, user: Oid, command: Command, passes: Truth): readonly Problem[] => {
    const args = {
      role: names.role(user),
      object: names.relation(relation),
      command: command.toUpperCase(),
      owner: names.role(relation.owner),
      sqlObject: names.sqlRelation(relation),
      sqlRole: names.sqlRole(user),
    };
    if (passes === 'true') return [];
    if (passes === 'false') return [{ effect: 'no', code: 'row-security-refuses', args }];
    return [{ effect: 'depends', code: 'row-security-decides', args }];
  };

  return {
    effect: (relation, user, command, alsoSelect) => {
      if (!applies(relation, user)) return FREE;
      if (!inventory.session.rowSecurity) {
        const args = { role: names.role(user), object: names.relation(relation) };
        return { visible: 'true', problems: [{ effect: 'no', code: 'row-security-off', args }] };
      }
      const own = policiesFor(relation, user, command);
      if (command === 'insert') {
        const { truth, problems } = combine(relation, user, own, checking);
        return { visible: 'true', problems: [...problems, ...verdict(relation, user, command, truth)] };
      }
      const selecting = alsoSelect && command !== 'select' ? policiesFor(relation, user, 'select') : null;
      const parts = [combine(relation, user, own, using)];
      if (selecting !== null) parts.push(combine(relation, user, selecting, using));
      const visible = both(parts.map(({ truth }) => truth));
      const found = parts.flatMap((part) => part.problems);
      const problems = [...(visible === 'false' ? found.map(idle) : found), ...note(relation, user, command, visible)];
      if (command !== 'update') return { visible, problems };

      const checks = [combine(relation, user, own, checking)];
      if (selecting !== null) checks.push(combine(relation, user, selecting, using));
      // Conditions on the new row are made ready even where no old one is visible.
      problems.push(...checks.flatMap((part) => part.problems));
      // The new row is checked only where an old one was visible.
      const passes = both(checks.map(({ truth }) => truth));
      if (visible === 'false') return { visible, problems };
      const decided = passes === 'false' && visible === 'unknown' ? 'unknown' : passes;
      return { visible, problems: [...problems, ...verdict(relation, user, command, decided)] };
    },
  };
}

/** Where no row passes anyway the planner usually drops the other conditions, and what they call with them. */
const idle = (problem: Problem): Problem => (problem.code === 'function-execute-missing' ? weaken(problem) : problem);
