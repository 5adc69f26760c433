import type { StageEvent } from '../probes/timeline.ts';
import type { StageId } from '../report/finding.ts';
import { canAnimate } from './terminal.ts';

export interface Progress {
  readonly event: (event: StageEvent) => void;
  readonly stop: () => void;
  /** Runs what asks a person on the terminal, with nothing else moving there: a spinner draws over a question. */
  readonly aside: <T>(ask: () => Promise<T>) => Promise<T>;
}

const WORDS: Readonly<Record<StageId, string>> = {
  config: 'reading the target',
  dns: 'resolving the name',
  tcp: 'connecting',
  ssh: 'through the bastion',
  tls: 'TLS handshake',
  login: 'logging in',
  server: 'asking for the server’s state',
  grants: 'reading the catalogue',
};

/** For runs that somebody else shows. */
export const SILENT: Progress = { event: () => {}, stop: () => {}, aside: (ask) => ask() };

/** `--debug`: what happens when, on standard error; durations and error codes only, so no secret can be in it. */
function tracing(): Progress {
  const start = performance.now();
  const stamp = (): string => `pgmedic +${(performance.now() - start).toFixed(1).padStart(7)} ms`;
  return {
    event: ({ stage, kind, ms, error }) => {
      const what =
        kind === 'begin' ? 'begins' : `ends after ${ms.toFixed(1)} ms${error === null ? '' : ` with ${error}`}`;
      process.stderr.write(`${stamp()}  ${stage} ${what}\n`);
    },
    stop: () => {},
    aside: (ask) => ask(),
  };
}

/** A spinner on standard error, on a terminal only; ora is loaded only then. */
export async function startProgress(flags: { readonly quiet?: unknown; readonly debug?: unknown }): Promise<Progress> {
  if (flags.debug === true) return tracing();
  if (!canAnimate() || flags.quiet === true) return SILENT;
  const { default: ora } = await import('ora');
  const spinner = ora({ text: WORDS.config, stream: process.stderr, discardStdin: false }).start();
  let over = false;
  return {
    event: ({ stage, kind }) => {
      if (kind === 'begin') spinner.text = WORDS[stage];
    },
    stop: () => {
      over = true;
      spinner.stop();
    },
    aside: async (ask) => {
      spinner.stop();
      try {
        return await ask();
      } finally {
        if (!over) spinner.start();
      }
    },
  };
}
