import type { Calling } from './calling.ts';
import { functionsIn } from './expression.ts';
import type { Relation } from './inventory.ts';
import { parseTree } from './node-tree.ts';
import { NONE, type Problem } from './problem.ts';
import { permissionsIn } from './query-permissions.ts';
import type { Reading } from './reading.ts';
import type { Rule } from './stored-code.ts';

/**
 * What is asked for each row to see whether a rule applies; where the rule does nothing instead, to leave out the rows to
 * which it does. Its subqueries read in the name of the relation's owner.
 */
export const createRuleConditions =
  (calling: Calling, reading: Reading): ((rule: Rule, relation: Relation) => readonly Problem[]) =>
  (rule, relation) => {
    if (rule.condition === '<>') return NONE;
    const condition = parseTree(rule.condition);
    return [
      ...calling.functions(functionsIn(condition), `rule ${rule.name}`),
      ...permissionsIn(condition)
        .flatMap((one) => reading.permission(one, relation.owner))
        .map((problem) => reading.viaView(problem, relation)),
    ];
  };
