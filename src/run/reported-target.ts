import type { ReportedTarget, ReportedValue } from '../report/report.ts';
import { printableParameter } from '../target/describe.ts';
import type { ConnectionTarget } from '../target/types.ts';

/** The target as the report shows it: values with their source, no secret. */
export function reportedTarget(target: ConnectionTarget): ReportedTarget {
  const parameter = (keyword: string, fallback: string): ReportedValue<string> =>
    printableParameter(target, keyword) ?? { value: fallback, from: 'default' };
  const port = parameter('port', '5432');
  const hosts = parameter('host', target.parameters['hostaddr']?.value ?? '');
  return {
    host: { value: hosts.value, from: hosts.from },
    port: { value: target.candidates[0]?.port ?? null, from: port.from },
    database: parameter('dbname', target.database.value),
    user: parameter('user', target.user.value),
    sslmode: parameter('sslmode', 'prefer'),
    route: target.route.map((hop) => ({ host: hop.host, port: hop.port ?? 22, user: hop.user ?? null })),
  };
}
