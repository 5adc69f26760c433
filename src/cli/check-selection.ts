import type { Check } from '../checks/define-check.ts';
import { type CheckSelection, selectableIds } from '../checks/selection.ts';
import { closest } from './closest.ts';
import { UsageError } from './usage.ts';

/** The selection of the flags. Throws UsageError for an id that no check and no stage has. */
export function checkSelection(flags: Readonly<Record<string, unknown>>, checks: readonly Check[]): CheckSelection {
  const only = (flags['only'] ?? []) as readonly string[];
  const skip = (flags['skip'] ?? []) as readonly string[];
  const known = selectableIds(checks);
  for (const id of [...only, ...skip]) {
    if (known.includes(id)) continue;
    const near = closest(id, known);
    throw new UsageError(
      `no check is called "${id}".${near === null ? '' : ` Did you mean ${near}?`} They are listed by: pgmedic test --list`,
    );
  }
  return { only, skip };
}

/** The same for programs. */
export const checkListJson = (
  checks: readonly Check[],
  stages: readonly { readonly id: string; readonly title: string }[],
): string =>
  `${JSON.stringify(
    stages.flatMap(({ id, title }) => [
      { id, stage: id, title },
      ...checks.filter(({ stage }) => stage === id).map((check) => ({ id: check.id, stage: id, title: check.title })),
    ]),
    null,
    2,
  )}\n`;

/** The list for people: one check a line, with its stage first. */
export function checkList(
  checks: readonly Check[],
  stages: readonly { readonly id: string; readonly title: string }[],
): string {
  const rows = stages.flatMap((stage) => [
    [stage.id, stage.title],
    ...checks.filter((check) => check.stage === stage.id).map((check) => [`  ${check.id}`, check.title]),
  ]);
  const width = Math.max(...rows.map(([id = '']) => id.length));
  return `${rows.map(([id = '', title = '']) => `${id.padEnd(width)}  ${title}`).join('\n')}\n`;
}
