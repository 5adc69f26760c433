import { appendFileSync } from 'node:fs';
import type { Look } from '../render/look.ts';
import type { Report } from '../report/report.ts';
import { type OpenFile, OutputError, type Piece, openOutput } from './output-file.ts';
import { FORMATS, type Format, type Output } from './output-option.ts';

/** A renderer is pure: text, or pieces where the whole may be large; of bytes each holds until the next is asked for. */
type Render = (report: Report, look: Look) => string | Iterable<Piece>;

/** How each format is loaded: nothing is imported before it is needed. */
const LOADERS: Readonly<Record<Format, (withGrants: boolean) => Promise<Render>>> = {
  table: async (withGrants) =>
    withGrants
      ? (await import('../render/table-with-grants.ts')).renderTableWithGrants
      : (await import('../render/table.ts')).renderTable,
  short: async () => (await import('../render/short.ts')).renderShort,
  json: async () => (await import('../render/json.ts')).renderJson,
  junit: async () => (await import('../render/junit.ts')).renderJunit,
  github: async () => (await import('../render/github.ts')).renderGithub,
  markdown: async () => (await import('../render/markdown.ts')).renderMarkdown,
  html: async () => (await import('../render/html.ts')).renderHtml,
};

/** The places of a run's outputs, opened before the run. */
export interface Outputs {
  /** Loads the renderers early, while a server is waited for. */
  readonly load: (withGrants: boolean) => Promise<unknown>;
  /**
   * Renders the report for every output. Throws OutputError after the others were written.
   * @param table another renderer for the table
   */
  readonly emit: (report: Report, lookFor: (toFile: boolean) => Promise<Look>, table?: Render) => Promise<void>;
  readonly discard: () => void;
}

/** Opens every file of the outputs. Throws OutputError: a wrong place is told before anything is attempted. */
export function openOutputs(outputs: readonly Output[], env: NodeJS.ProcessEnv = process.env): Outputs {
  const opened: { readonly format: Format; readonly file: OpenFile | null }[] = [];
  const discard = (): void => opened.forEach(({ file }) => file?.discard());
  process.once('exit', discard);
  try {
    for (const { format, file } of outputs) opened.push({ format, file: file === null ? null : openOutput(file) });
  } catch (error) {
    discard();
    throw error;
  }
  // On GitHub a line of the log that begins with `::` is a command, wherever it came from; names are anybody's text, and
  // lines are broken. (JSON and XML quote or indent every line behind characters of their own.)
  const onGithub = env['GITHUB_ACTIONS'] === 'true' || outputs.some(({ format }) => format === 'github');
  const fenceable = outputs.some(({ format, file }) => file === null && !FORMATS[format].alone);
  const fence = onGithub && fenceable ? crypto.randomUUID() : null;
  return {
    discard,
    load: (withGrants) => Promise.all(opened.map(({ format }) => LOADERS[format](withGrants))),
    emit: async (report, lookFor, table) => {
      let failure: unknown = null;
      for (const { format, file } of opened) {
        const render = (format === 'table' ? table : undefined) ?? (await LOADERS[format](hasGrants(report)));
        const rendered = render(report, await lookFor(file !== null));
        const chunks = typeof rendered === 'string' ? [rendered] : rendered;
        try {
          if (file !== null) file.write(buffered(chunks, FILE_PIECE));
          else await writeStdout(fence === null || format === 'github' ? chunks : fenced(chunks, fence));
        } catch (error) {
          if (!(error instanceof OutputError)) throw error;
          failure ??= error;
        }
        if (format === 'github') await appendSummary(report, env['GITHUB_STEP_SUMMARY']);
      }
      if (failure !== null) throw failure;
    },
  };
}

const hasGrants = ({ grants, connections }: Report): boolean => grants !== undefined || connections !== undefined;

function* fenced(chunks: Iterable<Piece>, token: string): Generator<Piece> {
  yield `::stop-commands::${token}\n`;
  yield* chunks;
  yield `\n::${token}::\n`;
}

/** GitHub's limit for the summary of one step. */
const SUMMARY_BYTES = 1024 * 1024;

/** The whole report for the job's page; that it cannot be written is told and changes nothing else. */
async function appendSummary(report: Report, file: string | undefined): Promise<void> {
  if (file === undefined || file === '') return;
  const { boundedMarkdown } = await import('../render/markdown.ts');
  try {
    appendFileSync(file, `${boundedMarkdown(report, SUMMARY_BYTES - 1)}\n`);
  } catch (error) {
    process.stderr.write(`pgmedic: the job summary could not be written: ${(error as Error).message}\n`);
  }
}

/** Small pieces of text gathered to larger ones: one write costs more than joining. Bytes are gathered already. */
function* buffered(chunks: Iterable<Piece>, size = 262_144): Generator<Piece> {
  let text = '';
  for (const chunk of chunks) {
    if (typeof chunk === 'string') text += chunk;
    if (text !== '' && (text.length >= size || typeof chunk !== 'string')) {
      yield text;
      text = '';
    }
    if (typeof chunk !== 'string') yield chunk;
  }
  if (text !== '') yield text;
}

/** Most reports are one piece: rendered whole before a file is begun. In characters. */
const FILE_PIECE = 4 * 1024 * 1024;

let stdoutUsed = false;

/** Whether a report went to standard output already: a second document there would spoil it. */
export const wroteStdout = (): boolean => stdoutUsed;

/**
 * Waits until each piece is handed over, so that a pipe never loses its end and a slow reader holds us back. A closed
 * pipe ends quietly; any other error is an OutputError.
 */
export async function writeStdout(chunks: Iterable<Piece>): Promise<void> {
  stdoutUsed = true;
  for (const piece of buffered(typeof chunks === 'string' ? [chunks] : chunks)) if (!(await handOver(piece))) return;
}

/** False: nobody reads any more. */
function handOver(piece: Piece): Promise<boolean> {
  return new Promise((resolve, reject) => {
    process.stdout.write(piece, (error?: NodeJS.ErrnoException | null) => {
      const code = error?.code;
      if (code === undefined) resolve(true);
      else if (code === 'EPIPE') resolve(false);
      else reject(new OutputError(`cannot write to standard output: ${code}`, { cause: error }));
    });
  });
}
