/** One line of a PostgreSQL log with `LOG_PREFIX`, its continuation lines joined. */
export interface LogEntry {
  readonly pid: string;
  readonly user: string;
  readonly level: string;
  readonly text: string;
}

export const LOG_PREFIX = `log_line_prefix = '%p|%u|'`;

export function readLog(log: string): LogEntry[] {
  const entries: LogEntry[] = [];
  for (const line of log.split('\n')) {
    const match = /^(\d+)\|([^|]*)\|([A-Z]+): {2}(.*)$/.exec(line);
    const last = entries.at(-1);
    if (match !== null) {
      const [, pid = '', user = '', level = '', text = ''] = match;
      entries.push({ pid, user, level, text });
    } else if (last !== undefined && line.startsWith('\t')) {
      entries[entries.length - 1] = { ...last, text: `${last.text}\n${line.slice(1)}` };
    }
  }
  return entries;
}

/** What each session sent, in order, by process id. */
export function statementsOf(entries: readonly LogEntry[]): ReadonlyMap<string, readonly string[]> {
  const sent = new Map<string, string[]>();
  for (const { pid, text } of entries) {
    const statement = /^(?:statement|execute [^:]*|parse [^:]*): ([\s\S]*)$/.exec(text)?.[1];
    if (statement !== undefined) sent.set(pid, [...(sent.get(pid) ?? []), statement]);
  }
  return sent;
}

/** Statements that a reader of a READ ONLY transaction may send: a read, an EXPLAIN that runs nothing, a limit of its own. */
const READ =
  /^(select|with|show|explain \(costs off\)|set local (statement_timeout|lock_timeout|idle_in_transaction_session_timeout|search_path|jit|random_page_cost)\b)/i;

/** What of one session's statements is no read inside a READ ONLY transaction; empty where all is well. */
export function notOnlyReads(statements: readonly string[]): string[] {
  const wrong: string[] = [];
  let inside = false;
  for (const text of statements) {
    const [head = '', ...rest] = text.startsWith('begin') ? text.split('; ') : [text];
    if (head === 'begin transaction read only') {
      if (inside) wrong.push(`nested: ${text}`);
      inside = true;
      wrong.push(...rest.filter((part) => !READ.test(part)));
    } else if (head === 'commit' || head === 'rollback') inside = false;
    else if (!inside || !READ.test(text.trim())) wrong.push(text);
  }
  if (inside) wrong.push('a transaction that is not ended');
  return wrong;
}
