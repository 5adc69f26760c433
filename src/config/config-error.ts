/** One thing that is wrong in `pgmedic.yaml`. Lines and columns count from 1. */
export interface ConfigProblem {
  readonly line: number;
  readonly column: number;
  /** Where in the document, as `connections.warehouse.host`; empty for the document itself. */
  readonly path: string;
  readonly message: string;
}

/** A configuration that cannot be used: exit code 64, nothing was attempted. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly file: string;
  readonly problems: readonly ConfigProblem[];

  constructor(file: string, problems: readonly ConfigProblem[]) {
    const [first] = problems;
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more: pgmedic config check)` : '';
    super(first === undefined ? `${file}: unusable` : `${problemLine(file, first)}${more}`);
    this.file = file;
    this.problems = problems;
  }
}

/** `pgmedic.yaml:7:5: connections.warehouse.hots: unknown key; did you mean "host"?`, as compilers print it. */
export const problemLine = (file: string, { line, column, path, message }: ConfigProblem): string =>
  `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`;
