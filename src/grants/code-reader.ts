import { columnsIn, functionsIn } from './expression.ts';
import { lateNamesIn } from './late-names.ts';
import { bodyMayDecide } from './function-body.ts';
import type { QueryName } from './inventory-queries.ts';
import type { Inventory, Oid } from './inventory.ts';
import type {
  Expression,
  ExpressionContext,
  ForeignTable,
  FunctionInfo,
  Policy,
  Rule,
  Trigger,
  View,
} from './stored-code.ts';
import { type Tree, parseTree } from './node-tree.ts';
import type { CodePart } from './queries/code.ts';
import { aclOrNull, append, bool, numbers, oid, type Row, text } from './row.ts';

type CodeQuery = Extract<QueryName, 'code' | 'rules' | 'policies' | 'foreign-tables'>;
type CodeInventory = Pick<
  Inventory,
  'functions' | 'domainChecks' | 'expressions' | 'triggers' | 'views' | 'rules' | 'policies' | 'foreignTables'
>;

const EVENTS: Readonly<Record<string, Rule['event']>> = { 2: 'update', 3: 'insert', 4: 'delete' };

/** So many views are parsed ahead; more would take too much room. */
const PARSED_EARLY = 5000;

/** Reads the answers about code that runs inside statements: functions, expressions, triggers, views, rules, policies. */
export function createCodeReader(): {
  readonly readers: Readonly<Record<CodeQuery, (row: Row) => void>>;
  /** Parses the queries of views, for which there is time while the server works on. */
  readonly parse: () => void;
  readonly finish: () => CodeInventory;
} {
  const functions = new Map<Oid, FunctionInfo>();
  const domainChecks = new Map<Oid, number[]>();
  const expressions = new Map<Oid, Expression[]>();
  const triggers = new Map<Oid, Trigger[]>();
  const views = new Map<Oid, View>();
  const rules = new Map<Oid, Rule[]>();
  const policies = new Map<Oid, Policy[]>();
  const foreignTables = new Map<Oid, ForeignTable>();
  let parsedEarly = 0;
  // A hundred thousand tables often carry one and the same default.
  const parsed = new Map<string, Tree>();
  const parse = (tree: string): Tree => {
    const known = parsed.get(tree) ?? parseTree(tree);
    if (parsed.size < 1000) parsed.set(tree, known);
    return known;
  };

  const parts: Readonly<Record<CodePart, (row: Row) => void>> = {
    functions: (row) => {
      const definer = bool(row, 6);
      functions.set(oid(row, 0), {
        oid: oid(row, 0),
        schema: oid(row, 1),
        name: text(row, 2),
        arguments: text(row, 3),
        owner: oid(row, 4),
        acl: aclOrNull(row, 5),
        volatile: text(row, 10) === 'v',
        madeOf: numbers(row, 11),
        bodyDecides: !definer && bodyMayDecide(text(row, 7), text(row, 8), row[9] ?? null, text(row, 2)),
        mayDropRows: /\breturn\s+null\b/i.test(text(row, 8)),
      });
    },
    expressions: (row) => {
      const tree = parse(text(row, 3));
      append(expressions, oid(row, 0), {
        context: text(row, 1) as ExpressionContext,
        name: text(row, 2),
        functions: [...functionsIn(tree)],
        reads: columnsIn(tree),
        lateNames: lateNamesIn(tree),
        column: oid(row, 4),
      });
    },
    domains: (row) => {
      append(expressions, oid(row, 0), {
        context: bool(row, 4) ? 'domain' : 'domain-inside',
        name: text(row, 2),
        functions: [...functionsIn(parse(text(row, 3)))],
        reads: [],
        lateNames: [],
        column: oid(row, 1),
      });
    },
    'domain-checks': (row) => {
      for (const called of functionsIn(parse(text(row, 1)))) append(domainChecks, oid(row, 0), called);
    },
    triggers: (row) => {
      append(triggers, oid(row, 0), {
        name: text(row, 1),
        type: oid(row, 2),
        function: oid(row, 3),
        condition: row[4] === null ? [] : [...functionsIn(parse(text(row, 4)))],
      });
    },
    views: (row) => {
      const option = text(row, 2).replace('check_option=', '');
      const checkOption = option === 'local' || option === 'cascaded' ? option : 'none';
      views.set(oid(row, 0), { reads: numbers(row, 1), checkOption, tree: null, action: row[3] ?? null });
    },
  };

  return {
    readers: {
      code: ([part, ...row]) => {
        // Only a server that lies sends another word.
        if (Object.hasOwn(parts, part ?? '')) parts[part as CodePart](row);
      },
      rules: (row) => {
        const event = EVENTS[text(row, 2)];
        if (event === undefined) return;
        append(rules, oid(row, 0), {
          name: text(row, 1),
          event,
          instead: bool(row, 3),
          condition: text(row, 4),
          action: text(row, 5),
        });
      },
      policies: (row) => {
        append(policies, oid(row, 0), {
          name: text(row, 1),
          command: text(row, 2),
          permissive: bool(row, 3),
          roles: numbers(row, 4),
          using: row[5] ?? null,
          check: row[6] ?? null,
        });
      },
      'foreign-tables': (row) => {
        foreignTables.set(oid(row, 0), { server: text(row, 1), handler: text(row, 2), mapped: bool(row, 3) });
      },
    },
    parse: () => {
      for (const [view, { action, ...rest }] of views) {
        if (parsedEarly >= PARSED_EARLY) return;
        if (action === null) continue;
        parsedEarly += 1;
        views.set(view, { ...rest, tree: parseTree(action), action: null });
      }
    },
    finish: () => ({ functions, domainChecks, expressions, triggers, views, rules, policies, foreignTables }),
  };
}
