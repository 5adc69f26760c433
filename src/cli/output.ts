import { renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Look } from '../render/look.ts';
import { renderJson } from '../render/json.ts';
import type { Report } from '../report/report.ts';
import type { Format, Output } from './output-option.ts';

type Render = (report: Report, look: Look) => string;

const LOADERS: Readonly<Record<Format, () => Promise<Render>>> = {
  table: async () => (await import('../render/table.ts')).renderTable,
  short: async () => (await import('../render/short.ts')).renderShort,
  json: () => Promise.resolve(renderJson),
};

/** The outputs asked for; a table on standard output when none was. */
export function outputsOf(flags: { readonly output?: unknown; readonly json?: unknown }): readonly Output[] {
  const named = (flags.output ?? []) as readonly Output[];
  const all = flags.json === true ? [...named, { format: 'json', file: null } as const] : named;
  return all.length === 0 ? [{ format: 'table', file: null }] : all;
}

/** Renders the report for every output. A file is written beside its place and renamed: never half a document. */
export async function emit(
  report: Report,
  outputs: readonly Output[],
  lookFor: (toFile: boolean) => Look,
): Promise<void> {
  for (const { format, file } of outputs) {
    const render = await LOADERS[format]();
    const text = render(report, lookFor(file !== null));
    if (file === null) await writeStdout(text);
    else writeWhole(file, text);
  }
}

/** Waits until the text is handed over, so that a pipe never loses its end. A closed pipe ends quietly. */
export function writeStdout(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error === null || error === undefined || (error as NodeJS.ErrnoException).code === 'EPIPE') resolve();
      else reject(error);
    });
  });
}

/** The error of an output that could not be written: bad usage, not a bug. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

function writeWhole(file: string, text: string): void {
  const half = `${file}.${process.pid}.part`;
  try {
    writeFileSync(half, text, { mode: 0o644 });
    renameSync(half, file);
  } catch (error) {
    rmSync(half, { force: true });
    throw new OutputError(`cannot write ${file}: ${(error as Error).message}`, { cause: error });
  }
}
