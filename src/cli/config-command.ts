import type { Command } from 'commander';
import { ConfigError, problemLine } from '../config/config-error.ts';
import { forTerminal } from '../render/escape.ts';
import { EXIT } from '../report/exit-code.ts';
import { loadConfig } from './config-file.ts';
import { writeStdout } from './output.ts';

/** `pgmedic config check [FILE]` and `pgmedic config schema`. */
export function registerConfig(program: Command): void {
  const config = program.command('config').description('check pgmedic.yaml, or print its JSON Schema');
  config
    .command('check')
    .description('tell everything that is wrong in pgmedic.yaml; connects to nothing')
    .argument('[files...]', 'instead of the pgmedic.yaml found from here upwards')
    .action(check);
  config
    .command('schema')
    .description('print the JSON Schema of pgmedic.yaml, for editors')
    .action(async () => {
      const { configJsonSchema } = await import('../config/json-schema.ts');
      await writeStdout([`${JSON.stringify(configJsonSchema(), null, 2)}\n`]);
    });
}

async function check(named: readonly string[]): Promise<void> {
  for (const file of named.length === 0 ? [undefined] : named) await checkOne(file);
}

async function checkOne(named: string | undefined): Promise<void> {
  try {
    const { file, config, problems } = await loadConfig(named, 'pgmedic config check FILE');
    if (problems.length > 0) throw new ConfigError(file, problems);
    const count = Object.keys(config.connections).length;
    await writeStdout([`${forTerminal(file)}: ${count === 1 ? '1 connection' : `${count} connections`}, no problem\n`]);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.exitCode = EXIT.usage;
    const lines = error.problems.map((problem) => `${forTerminal(problemLine(error.file, problem))}\n`);
    await writeStdout(lines);
  }
}
