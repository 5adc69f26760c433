import type { StageId } from '../report/finding.ts';

export interface Progress {
  readonly stage: (stage: StageId) => void;
  readonly stop: () => void;
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

const SILENT: Progress = { stage: () => {}, stop: () => {} };

/** A spinner on standard error, on a terminal only; ora is loaded only then. */
export async function startProgress(flags: { readonly quiet?: unknown }): Promise<Progress> {
  if (!process.stderr.isTTY || flags.quiet === true || (process.env['CI'] ?? '') !== '') return SILENT;
  const { default: ora } = await import('ora');
  const spinner = ora({ text: WORDS.config, stream: process.stderr, discardStdin: false }).start();
  return { stage: (stage) => (spinner.text = WORDS[stage]), stop: () => void spinner.stop() };
}
