import { forTerminal } from './escape.ts';

interface Step {
  readonly why: string;
  readonly sql: string | null;
}

/**
 * The set-up script of `sql --offline`: statements and `--` comments for `psql -v ON_ERROR_STOP=1 -1 -f FILE`.
 * @param title what it sets up, in one line.
 * @param other the other way to the same end, as comments; empty where there is none.
 */
export function renderOffline(title: string, steps: readonly Step[], other: readonly Step[] = []): string {
  const comment = (text: string): string => `-- ${forTerminal(text)}`;
  const body = steps.flatMap(({ why, sql }) => ['', comment(why), ...(sql === null ? [] : [sql])]);
  const instead = other.flatMap(({ why, sql }) => [
    comment(`  ${why}`),
    ...(sql === null ? [] : [comment(`  ${sql}`)]),
  ]);
  const lines = [
    comment(title),
    comment('Run it as a superuser, or as the owner of all that it names: psql -v ON_ERROR_STOP=1 -1 -f FILE'),
    ...body,
    ...(instead.length === 0 ? [] : ['', comment('The other way, instead of what differs above:'), ...instead]),
  ];
  const text = `${lines.join('\n')}\n`;
  return /[^\u0000-\u007f]/.test(text) ? `SET client_encoding = 'UTF8';\n${text}` : text;
}
