import type { Args } from '../report/finding.ts';
import { isTargetCode } from '../target/codes.ts';
import { misreadRefusal } from '../target/describe.ts';
import { diagnoseConninfo } from '../target/doctor.ts';
import { isMisread } from '../target/doctor-notice.ts';
import { parseConninfo } from '../target/conninfo.ts';
import { hostCandidate, hostEntries, isSocket } from '../target/hosts.ts';
import { isSecret, keywords } from '../target/keywords.ts';
import { TargetError, refusal } from '../target/target-error.ts';
import type { Sourced } from '../target/types.ts';
import { isUri } from '../target/uri.ts';
import { validateValues } from '../target/validate.ts';
import { type Found, type Path, connectionsOf } from './found.ts';
import { shownKey } from './shown-key.ts';
import { FILLED, withoutReferences } from './references.ts';

/** The arguments of a refusal that repeat pieces of the string. */
const PIECES: ReadonlySet<string> = new Set(['name', 'keyword', 'word', 'value', 'path', 'part']);

/** A value that the file itself states whole: no reference in it. */
interface Stated extends Sourced<string> {
  readonly path: Path;
}

type StatedValues = Readonly<Record<string, Stated>>;

/**
 * What libpq would refuse before connecting, as far as the file alone shows: values that a reference fills in are
 * judged when they are used.
 */
export const targetProblems = (raw: unknown): Found[] =>
  connectionsOf(raw).flatMap(([name, connection]) => {
    const base = ['connections', name];
    const from = `config:${name}`;
    const { url } = connection;
    const read = typeof url === 'string' ? readUrl(url, [...base, 'url'], from) : { values: {}, problems: [] };
    const values = { ...read.values, ...statedParts(connection, base, from) };
    return [...read.problems, ...valueProblems(values, base)];
  });

function readUrl(url: string, path: Path, from: string): { values: StatedValues; problems: readonly Found[] } {
  const text = withoutReferences(url, FILLED);
  if (text.startsWith(FILLED)) return { values: {}, problems: [] }; // what kind of string it is shows in use
  try {
    const parameters = Object.fromEntries(
      Object.entries(parseConninfo(text)).map(([keyword, value]) => [keyword, { value, from, path }]),
    );
    const notices = diagnoseConninfo(text);
    const misread = misreadRefusal({ notices, parameters });
    if (misread !== undefined) return { values: {}, problems: [told(misread, path)] };
    // Where libpq reads it otherwise than meant, any part may be a piece of a password.
    const values = isMisread(notices) ? {} : Object.fromEntries(Object.entries(parameters).filter(isStated));
    return { values, problems: [] };
  } catch (error) {
    return { values: {}, problems: [told(error, path, true)] };
  }
}

/** A part's value is the file's own where no reference stands in it. */
const isStated = ([keyword, { value }]: readonly [string, Stated]): boolean =>
  !isSecret(keyword) && value !== '' && !value.includes(FILLED);

function statedParts(connection: Readonly<Record<string, unknown>>, base: Path, from: string): StatedValues {
  const parts = keywords().flatMap(({ name }): [string, Stated][] => {
    const key = name === 'dbname' && connection['database'] !== undefined ? 'database' : name;
    const written = connection[key];
    if (!['string', 'number', 'boolean'].includes(typeof written)) return [];
    return [[name, { value: withoutReferences(String(written), FILLED), from, path: [...base, key] }]];
  });
  return Object.fromEntries(parts.filter(isStated));
}

/** Each value by itself first, so that one answer tells them all; then what they are together. */
function valueProblems(values: StatedValues, base: Path): Found[] {
  const pathOf = (keyword: string): Path => values[keyword]?.path ?? base;
  const { dbname } = values;
  const problems: Found[] = [];
  const judge = (path: Path, act: () => void): void => {
    try {
      act();
    } catch (error) {
      problems.push(told(error, path));
    }
  };
  if (dbname !== undefined && dbname.path.at(-1) !== 'url' && (isUri(dbname.value) || dbname.value.includes('='))) {
    problems.push({ path: dbname.path, message: 'a connection string stands here; its key is url' });
  }
  judge(pathOf(values['hostaddr'] === undefined ? 'port' : 'hostaddr'), () => hostProblems(values, problems));
  const tcp = !(values['host']?.value ?? '').split(',').some(isSocket);
  // What the file does not state may come from elsewhere: the strictest sslmode goes with everything.
  const neutral = { sslmode: { value: 'verify-full', from: 'default' } };
  const alone = problems.length;
  for (const [keyword, value] of Object.entries(values)) {
    judge(value.path, () => validateValues({ ...neutral, [keyword]: value }, tcp));
  }
  if (problems.length === alone) {
    const [first = base] = Object.values(values).map(({ path }) => path);
    judge(first.at(-1) === 'url' ? first : base, () => validateValues({ ...neutral, ...values }, tcp));
  }
  return problems;
}

/** A host or port that a reference fills in, or the environment, makes the lists unknown. */
function hostProblems(values: StatedValues, problems: Found[]): void {
  const text = (keyword: string): string => values[keyword]?.value ?? '';
  const [host, hostaddr, port] = ['host', 'hostaddr', 'port'].map(text) as [string, string, string];
  const single = host === '' && hostaddr === '' ? port.split(',') : [port];
  for (const each of single) {
    for (const entry of hostEntries({ host, hostaddr, port: each }, 'localhost')) {
      const from = { hostaddr: values['hostaddr']?.from ?? '', port: values['port']?.from ?? '' };
      const judged = hostCandidate(entry, from, 'linux');
      if (!('fault' in judged)) continue;
      const { code, args } = judged.fault;
      const keyword =
        code === 'target-hostaddr-invalid' ? 'hostaddr' : code === 'target-socket-path-long' ? 'host' : 'port';
      const path = values[keyword]?.path;
      if (path !== undefined) problems.push(told(refusal(code, args), path));
    }
  }
}

/** @param unread nobody knows what the pieces of the string are: only what looks like a key is repeated */
function told(error: unknown, path: Path, unread = false): Found {
  if (!(error instanceof TargetError)) throw error;
  const { code, args } = error;
  const { message } = unread && isTargetCode(code) ? refusal(code, withoutPieces(args)) : error;
  return { path, message: message.replaceAll(FILLED, '${…}') };
}

const withoutPieces = (args: Args): Args =>
  Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, PIECES.has(name) ? shownKey(String(value)) : value]),
  );
