import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseShard } from '../config/shard.ts';

/** `--all`, `--jobs`, `--shard`. */
export function addBatchOptions(command: Command): Command {
  return command
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
