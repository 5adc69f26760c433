import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { docsOf } from '../report/wording.ts';
import { closest } from './closest.ts';
import { wrap } from '../render/wrap.ts';
import { writeStdout } from './output.ts';
import { proseWidth } from './terminal.ts';
import { UsageError } from './usage.ts';

/** `pgmedic explain [CODE]`: the page of a finding, from the package itself; without CODE, the list. */
export function registerExplain(program: Command): void {
  program
    .command('explain')
    .description('say what a finding means, what causes it and what to do; works offline')
    .argument('[code]', 'finding code, such as auth-no-hba-entry; without it, the list')
    .helpOption('--help', 'show this help')
    .option('--json', 'as JSON')
    .action(async (code: string | undefined, flags: { readonly json?: boolean }) => {
      const { CATALOGUE } = await import('../checks/catalogue.ts');
      const codes = Object.keys(CATALOGUE).toSorted();
      if (code !== undefined && !codes.includes(code)) throw unknownCode(code, codes);
      if (flags.json === true) {
        const named = codes.filter((each) => code === undefined || each === code);
        const page = code === undefined ? {} : { page: pageOf(code) };
        const told = named.map((each) => ({ code: each, ...CATALOGUE[each], docs: docsOf(each), ...page }));
        return writeStdout([`${JSON.stringify(told, null, 2)}\n`]);
      }
      if (code === undefined) {
        const width = Math.max(...codes.map((each) => each.length));
        const lines = codes.map(
          (each) => `${each.padEnd(width)}  ${wrap(CATALOGUE[each]?.title ?? '', proseWidth(), width + 2)}`,
        );
        return writeStdout([`${lines.join('\n')}\n`]);
      }
      return writeStdout([pageOf(code)]);
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
