import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { closest } from './closest.ts';
import { writeStdout } from './output.ts';
import { UsageError } from './usage.ts';

/** `pgmedic explain [CODE]`: the page of a finding, from the package itself; without CODE, the list. */
export function registerExplain(program: Command): void {
  program
    .command('explain')
    .description('say what a finding means, what causes it and what to do; works offline')
    .argument('[code]', 'finding code, such as auth-no-hba-entry; without it, the list')
    .helpOption('--help', 'show this help')
    .action(async (code: string | undefined) => {
      const { CATALOGUE } = await import('../checks/catalogue.ts');
      const codes = Object.keys(CATALOGUE).toSorted();
      if (code === undefined) {
        const width = Math.max(...codes.map((each) => each.length));
        const lines = codes.map((each) => `${each.padEnd(width)}  ${CATALOGUE[each]?.title ?? ''}`);
        await writeStdout([`${lines.join('\n')}\n`]);
        return;
      }
      if (!codes.includes(code)) throw unknownCode(code, codes);
      await writeStdout([pageOf(code)]);
    });
}

function unknownCode(code: string, codes: readonly string[]): UsageError {
  const near = closest(code, codes);
  const hint = near === null ? '' : ` Did you mean ${near}?`;
  return new UsageError(`no finding has the code "${code}".${hint} The list shows: pgmedic explain`);
}

/** The page lies in the package's docs, two folders above this module, built or not. */
const pageOf = (code: string): string =>
  readFileSync(new URL(`../../docs/findings/${code}.md`, import.meta.url), 'utf8');
