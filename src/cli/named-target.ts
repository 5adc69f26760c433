import type { Command } from 'commander';
import type { NamedConnection } from '../config/named-connection.ts';
import { loadConfig } from './config-file.ts';
import type { ConnectionFlags } from './options.ts';
import { UsageError } from './usage.ts';

/** Where a value of an option came from, as commander knows it. */
export type ValueSource = (name: string) => string | undefined;

/** Flags that say what is needed and where: given on the command line, they replace what the file expects. */
const EXPECTING = ['need', 'profile', 'schema', 'excludeSchema', 'table', 'excludeTable'] as const;

/**
 * Before a command runs: `@name` as TARGET becomes the values of that connection of pgmedic.yaml, and `--dbt` those of
 * dbt's profiles.yml; below the command line and above everything else.
 */
export async function expandNamedTarget(command: Command): Promise<void> {
  const connection = await namedBy(command);
  if (connection === null) return;
  const changes = await connectionFlags(connection, (option) => command.getOptionValueSource(option));
  for (const [option, value] of Object.entries(changes)) command.setOptionValueWithSource(option, value, 'config');
  command.processedArgs[0] = undefined;
}

async function namedBy(command: Command): Promise<NamedConnection | null> {
  const [target] = command.processedArgs as readonly unknown[];
  const { config: named, dbt, all } = command.opts<ConnectionFlags>();
  const isName = typeof target === 'string' && target.startsWith('@');
  if (dbt !== undefined) {
    if (target !== undefined || all === true) throw new UsageError('--dbt names the connection: give no TARGET');
    const [{ readDbtFiles }, { dbtConnection }] = await Promise.all([
      import('./dbt-files.ts'),
      import('../config/dbt-profile.ts'),
    ]);
    return dbtConnection(readDbtFiles(), typeof dbt === 'string' ? dbt : undefined, process.env);
  }
  if (!isName) {
    if (named === undefined || all === true) return null;
    throw new UsageError('--config is read for a TARGET such as @name and for --all; here is neither');
  }
  const read = await loadConfig(named as string | undefined);
  const { namedConnection } = await import('../config/named-connection.ts');
  return namedConnection(read, target.slice(1), process.env);
}

/** The option values that a connection of the file stands for; those of the command line stay. */
export async function connectionFlags(
  connection: NamedConnection,
  sourceOf: ValueSource,
): Promise<Record<string, unknown>> {
  const { expectedOf } = await import('../config/expectations.ts');
  const given = (option: string): boolean => sourceOf(option) === 'cli';
  const { ssh } = connection;
  const expected = expectedOf(connection.config);
  const changes: Record<string, unknown> = {
    connection,
    accept: expected.accept,
    ...(given('ssh') || ssh === undefined
      ? {}
      : {
          ssh: ssh.hops,
          sshKey: ssh.key,
          sshConfig: ssh.config,
          knownHosts: ssh.knownHosts,
          hostKey: ssh.hostKeys,
          sshPassphraseEnv: ssh.passphraseEnv,
          sshPasswordEnv: ssh.passwordEnv,
        }),
    role: expected.role,
  };
  if (!EXPECTING.some(given)) {
    changes['expectedNeeds'] = expected.needs;
    changes['needGroups'] = expected.groups;
    changes['profile'] = expected.profile;
    changes['schema'] = expected.filters.schemas;
    changes['excludeSchema'] = expected.filters.excludeSchemas;
    changes['table'] = expected.filters.tables;
    changes['excludeTable'] = expected.filters.excludeTables;
  }
  if (expected.max !== undefined) changes['max'] = expected.max.join(',');
  return Object.fromEntries(Object.entries(changes).filter(([option, value]) => value !== undefined && !given(option)));
}
