import type { ConnectionTarget } from '../target/types.ts';

/**
 * The parameters of the start-up packet beside user and database: only what the user set, and our application_name.
 * Anything more (timeouts, say) would be refused by poolers.
 */
export function startupParameters(target: ConnectionTarget, applicationName: string): Readonly<Record<string, string>> {
  const value = (keyword: string): string | undefined => target.parameters[keyword]?.value;
  const startup: Record<string, string> = { client_encoding: 'UTF8' };
  for (const [name, setting] of Object.entries(target.startupSettings ?? {})) startup[name] = setting.value;
  const named = value('application_name') ?? value('fallback_application_name') ?? '';
  startup['application_name'] = named === '' ? applicationName : named;
  const options = value('options') ?? '';
  if (options !== '') startup['options'] = options;
  const replication = value('replication') ?? '';
  if (replication !== '') startup['replication'] = replication;
  return startup;
}
