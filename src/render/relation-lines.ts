import { ACTIONS, type RelationGrants } from '../report/grants.ts';
import { columns, padEnd } from './columns.ts';
import { forTerminal } from './escape.ts';
import { cellText } from './grants-cell.ts';
import type { Look } from './look.ts';
import type { Paint } from './paint.ts';
import { clipMiddle, wrap } from './wrap.ts';

const KINDS: Readonly<Record<RelationGrants['kind'], string>> = {
  table: 'table',
  'partitioned-table': 'partitioned',
  partition: 'partition',
  view: 'view',
  'materialized-view': 'matview',
  'foreign-table': 'foreign',
};

const INDENT = 4;
const KIND = 13;
const ANSWER = 8;
const TRUNCATE = 10;
const FIXED = INDENT + 2 + KIND + ANSWER * 2 + TRUNCATE;

/** Narrower than this the reason goes on a line of its own. */
const BESIDE = 28;

/**
 * One line for each relation, what it lacks beside it or below it. Laid out by hand and not by a table library: there
 * may be ten thousand, for which cli-table3 takes ten seconds (measured).
 */
export function* relationLines(relations: readonly RelationGrants[], look: Look, paint: Paint): Generator<string> {
  const ellipsis = look.unicode ? '…' : '...';
  const names = relations.map((each) => forTerminal(each.name));
  const longest = names.reduce((widest, name) => Math.max(widest, columns(name)), 'relation'.length);
  const nameWidth = look.clips ? Math.max(12, Math.min(longest, look.width - FIXED)) : longest;
  const left = FIXED + nameWidth;
  const beside = look.width - left >= BESIDE && look.verbosity !== 'verbose';
  const pad = ' '.repeat(INDENT);
  const head = `${padEnd('relation', nameWidth)}  ${padEnd('kind', KIND)}${padEnd('read', ANSWER)}${padEnd('write', ANSWER)}truncate`;
  yield `${pad}${paint.dim(head)}\n`;
  for (const [index, each] of relations.entries()) {
    const name = padEnd(clipMiddle(names[index] ?? '', nameWidth, ellipsis), nameWidth);
    const cells = `${cellText(each.read, look, paint, ANSWER)}${cellText(each.write, look, paint, ANSWER)}`;
    const line = `${pad}${name}  ${padEnd(KINDS[each.kind], KIND)}${cells}`;
    const why = forTerminal(look.verbosity === 'verbose' ? everyPrivilege(each) : whyOf(each));
    if (why === '') yield `${line}${cellText(each.truncate, look, paint)}\n`;
    else if (beside) yield `${line}${cellText(each.truncate, look, paint, TRUNCATE)}${wrap(why, look.width, left)}\n`;
    else
      yield `${line}${cellText(each.truncate, look, paint)}\n${' '.repeat(INDENT + 2)}${wrap(why, look.width, INDENT + 2)}\n`;
  }
}

/** What was asked for and is missing, and the reasons that say more than "not granted": of that only, if it is known. */
function whyOf(each: RelationGrants): string {
  const { missing, accepted = [], reasons } = each;
  const asked = missing === undefined ? null : new Set([...missing, ...accepted]);
  const telling = reasons.filter(({ action }) => asked === null || asked.has(spelled(action)));
  const codes = [...new Set(telling.map((reason) => reason.code))].filter((code) => code !== 'no-privilege');
  return [
    ...(missing === undefined || missing.length === 0 ? [] : [`missing: ${missing.join(', ')}`]),
    ...(accepted.length === 0 ? [] : [`accepted: ${accepted.join(', ')}`]),
    ...codes,
  ].join('; ');
}

/** `truncateCascade` as `missing` spells it: `truncate-cascade`. */
const spelled = (action: string): string => action.replaceAll(/[A-Z]/g, (upper) => `-${upper.toLowerCase()}`);

/** With -v: every privilege by its answer and what it is held through, and every reason that says more than "not granted". */
function everyPrivilege(each: RelationGrants): string {
  const groups = new Map<string, Set<string>>();
  const add = (word: string, action: string): void => {
    groups.set(word, (groups.get(word) ?? new Set()).add(spelled(action)));
  };
  for (const action of ACTIONS) {
    const answer = each.privileges[action];
    const via = each.via[action];
    if (answer !== 'n/a') add(`${answer}${via === undefined ? '' : ` (${via})`}`, action);
  }
  for (const { action, code } of each.reasons) if (code !== 'no-privilege') add(code, action);
  return [...groups].map(([word, actions]) => `${word}: ${[...actions].join(', ')}`).join('; ');
}
