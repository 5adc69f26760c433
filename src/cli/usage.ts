import { CATALOGUE } from '../checks/catalogue.ts';
import { forTerminal } from '../render/escape.ts';
import { renderJson } from '../render/json.ts';
import { buildReport } from '../report/build.ts';
import type { CommandName } from '../report/report.ts';
import { VERSION } from '../version.ts';
import { writeStdout } from './output.ts';

/** The command line or the configuration is wrong; nothing was attempted. Exit code 64. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const COMMANDS: readonly string[] = ['test', 'grants', 'sql', 'tunnel'];

/**
 * Says what is wrong with the command line: on standard error for people (commander has done so itself where
 * `alreadySaid`), and as one JSON document on standard output where JSON was asked for.
 */
export async function reportUsage(argv: readonly string[], message: string, alreadySaid: boolean): Promise<void> {
  if (!alreadySaid) process.stderr.write(`pgmedic: ${forTerminal(message)}\n`);
  const json =
    argv.includes('--json') ||
    argv.some((word, index) => word === 'json' && ['-o', '--output'].includes(argv[index - 1] ?? ''));
  if (!json) return;
  const report = buildReport({
    command: (argv.find((word) => COMMANDS.includes(word)) ?? 'test') as CommandName,
    version: VERSION,
    startedAt: new Date(),
    durationMs: 0,
    target: null,
    drafts: [
      {
        id: 'config',
        stage: 'config',
        title: 'the command line is well-formed',
        findings: [{ code: 'usage-invalid', stage: 'config', args: { detail: message } }],
      },
    ],
    catalogue: CATALOGUE,
    connected: false,
    strict: false,
    reportOnly: false,
    allGood: '',
  });
  await writeStdout(renderJson(report));
}
