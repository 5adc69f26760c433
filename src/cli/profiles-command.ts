import type { Command } from 'commander';
import { wrap } from '../render/wrap.ts';
import { writeStdout } from './output.ts';
import { proseWidth } from './terminal.ts';
import { UsageError } from './usage.ts';
import { closest } from './closest.ts';

/** `pgmedic profiles [NAME]`: the built-in profiles, or one in full, with its source. Offline. */
export function registerProfiles(program: Command): void {
  program
    .command('profiles')
    .description('list what known consumers ask of a role, or show one in full')
    .argument('[name]', 'a profile')
    .helpOption('--help', 'show this help')
    .option('--json', 'as JSON')
    .action(async (name: string | undefined, flags: { readonly json?: boolean }) => {
      const { PROFILES, findProfile } = await import('../profiles/index.ts');
      const chosen = name === undefined ? PROFILES : [findProfile(name)].filter((each) => each !== undefined);
      if (name !== undefined && chosen.length === 0) {
        const near = closest(
          name,
          PROFILES.map((each) => each.name),
        );
        throw new UsageError(
          `unknown profile "${name}"; ${near === null ? 'the' : `did you mean "${near}"? The`} list: pgmedic profiles`,
        );
      }
      if (flags.json === true) return writeStdout([`${JSON.stringify(chosen, null, 2)}\n`]);
      const [only] = chosen;
      if (name !== undefined && only !== undefined) {
        const { describeProfile } = await import('../profiles/describe.ts');
        return writeStdout([describeProfile(only, (text, indent) => wrap(text, proseWidth(), indent))]);
      }
      const width = Math.max(...PROFILES.map((each) => each.name.length));
      return writeStdout(
        PROFILES.map((each) => `${each.name.padEnd(width)}  ${wrap(each.title, proseWidth(), width + 2)}\n`),
      );
    });
}
