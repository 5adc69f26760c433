import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseShard } from '../config/shard.ts';
import { UsageError } from './usage.ts';

/** `--all`, `--jobs`, `--shard`. */
export function addBatchOptions(command: Command): Command {
  return command
    .hook('preAction', (_, called) => refuseWithoutAll(called))
    .optionsGroup('Many connections:')
    .option('--all', 'every connection of pgmedic.yaml, in one report')
    .addOption(
      new Option('--jobs <n>', 'with --all: so many connections at a time').default(8).argParser((text: string) => {
        const jobs = Number(text);
        if (!Number.isInteger(jobs) || jobs < 1 || jobs > 256)
          throw new InvalidArgumentError('Give a whole number from 1 to 256.');
        return jobs;
      }),
    )
    .addOption(
      new Option('--shard <i/n>', 'with --all: the i-th of n equal parts of the list').argParser((text: string) => {
        const shard = parseShard(text);
        if (shard === null) throw new InvalidArgumentError('Give a part and a number of parts, such as 2/5.');
        return shard;
      }),
    );
}

/** A shard of one connection would be taken for a job that has done its part. */
function refuseWithoutAll(command: Command): void {
  if (command.opts()['all'] === true) return;
  for (const option of ['jobs', 'shard']) {
    if (command.getOptionValueSource(option) === 'cli') throw new UsageError(`--${option} belongs to --all`);
  }
}
