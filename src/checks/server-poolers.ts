/** What is known of a pooler from where it stands. */
export interface Pooler {
  readonly product: string;
  readonly mode: string;
  readonly advice: string;
}

interface PoolerRow extends Pooler {
  readonly host: RegExp;
  readonly port?: number;
}

const TRANSACTION =
  'In transaction mode SET, LISTEN, advisory locks and session temporary tables do not last; use a session-mode port or a direct connection for migrations: --port 5432';

/** Hosts and ports of known poolers (their documentation); the first match counts. */
const POOLERS: readonly PoolerRow[] = [
  {
    host: /\.pooler\.supabase\.(com|co)$/i,
    port: 6543,
    product: 'Supavisor (Supabase)',
    mode: 'Port 6543 is its transaction mode.',
    advice: TRANSACTION,
  },
  {
    host: /\.pooler\.supabase\.(com|co)$/i,
    product: 'Supavisor (Supabase)',
    mode: 'Port 5432 is its session mode.',
    advice: 'Keep few connections, since each holds one of the server; short-lived ones belong to: --port 6543',
  },
  {
    host: /-pooler\..*neon\.(tech|build)$/i,
    product: 'PgBouncer (Neon)',
    mode: 'It pools by transaction.',
    advice:
      'For migrations and session state use the direct host, the same name without “-pooler”: --host EP-NAME.REGION.neon.tech',
  },
  {
    host: /\.proxy-[a-z0-9-]+\..*rds\.amazonaws\.com$/i,
    product: 'RDS Proxy',
    mode: 'It pools by transaction and pins a session that sets state.',
    advice:
      'Avoid SET and prepared statements that pin, or connect to the cluster’s own endpoint for long jobs: --host CLUSTER.REGION.rds.amazonaws.com',
  },
  {
    host: /./,
    port: 6432,
    product: 'A pooler (PgBouncer, PgCat or Odyssey by its port)',
    mode: 'Its mode shows its console.',
    advice: 'Ask for the mode before relying on session state: psql -p 6432 pgbouncer -c "show config"',
  },
];

const UNKNOWN: Pooler = {
  product: 'A pooler or proxy',
  mode: 'Its mode cannot be seen from here.',
  advice:
    'Ask whether it pools by session or by transaction before relying on SET, LISTEN or prepared statements; PgBouncer tells with: psql -d pgbouncer -c "show config"',
};

/** The pooler that this host and port suggest; a general answer where they suggest none. */
export const poolerOf = (host: string, port: number): Pooler =>
  POOLERS.find((each) => each.host.test(host) && (each.port === undefined || each.port === port)) ?? UNKNOWN;
