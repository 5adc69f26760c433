/** One of libpq's connection options. The order and the values are those of PQconninfoOptions in libpq 18. */
export interface Keyword {
  readonly name: string;
  /** The environment variable that fills it; a variable set to the empty string counts as set. */
  readonly env?: string;
  readonly fallback?: string;
  /** Kept out of everything that is printed. */
  readonly secret?: true;
  /** The first major version of libpq that knows it, where older ones (from 12) refuse it. */
  readonly since?: number;
}

const KEYWORDS: readonly Keyword[] = [
  { name: 'service', env: 'PGSERVICE' },
  { name: 'user', env: 'PGUSER' },
  { name: 'password', env: 'PGPASSWORD', secret: true },
  { name: 'passfile', env: 'PGPASSFILE' },
  { name: 'channel_binding', env: 'PGCHANNELBINDING', fallback: 'prefer', since: 13 },
  { name: 'connect_timeout', env: 'PGCONNECT_TIMEOUT' },
  { name: 'dbname', env: 'PGDATABASE' },
  { name: 'host', env: 'PGHOST' },
  { name: 'hostaddr', env: 'PGHOSTADDR' },
  { name: 'port', env: 'PGPORT', fallback: '5432' },
  { name: 'client_encoding', env: 'PGCLIENTENCODING' },
  { name: 'options', env: 'PGOPTIONS', fallback: '' },
  { name: 'application_name', env: 'PGAPPNAME' },
  { name: 'fallback_application_name' },
  { name: 'keepalives' },
  { name: 'keepalives_idle' },
  { name: 'keepalives_interval' },
  { name: 'keepalives_count' },
  { name: 'tcp_user_timeout' },
  { name: 'sslmode', env: 'PGSSLMODE', fallback: 'prefer' },
  { name: 'sslnegotiation', env: 'PGSSLNEGOTIATION', fallback: 'postgres', since: 17 },
  { name: 'sslcompression', env: 'PGSSLCOMPRESSION', fallback: '0' },
  { name: 'sslcert', env: 'PGSSLCERT' },
  { name: 'sslkey', env: 'PGSSLKEY' },
  { name: 'sslcertmode', env: 'PGSSLCERTMODE', since: 16 },
  { name: 'sslpassword', secret: true, since: 13 },
  { name: 'sslrootcert', env: 'PGSSLROOTCERT' },
  { name: 'sslcrl', env: 'PGSSLCRL' },
  { name: 'sslcrldir', env: 'PGSSLCRLDIR', since: 14 },
  { name: 'sslsni', env: 'PGSSLSNI', fallback: '1', since: 14 },
  { name: 'requirepeer', env: 'PGREQUIREPEER' },
  { name: 'require_auth', env: 'PGREQUIREAUTH', since: 16 },
  { name: 'min_protocol_version', env: 'PGMINPROTOCOLVERSION', since: 18 },
  { name: 'max_protocol_version', env: 'PGMAXPROTOCOLVERSION', since: 18 },
  { name: 'ssl_min_protocol_version', env: 'PGSSLMINPROTOCOLVERSION', fallback: 'TLSv1.2', since: 13 },
  { name: 'ssl_max_protocol_version', env: 'PGSSLMAXPROTOCOLVERSION', since: 13 },
  // pgmedic speaks no GSSAPI, so its default is that of a libpq built without it.
  { name: 'gssencmode', env: 'PGGSSENCMODE', fallback: 'disable' },
  { name: 'krbsrvname', env: 'PGKRBSRVNAME', fallback: 'postgres' },
  { name: 'gsslib', env: 'PGGSSLIB' },
  { name: 'gssdelegation', env: 'PGGSSDELEGATION', fallback: '0', since: 16 },
  { name: 'replication' },
  { name: 'target_session_attrs', env: 'PGTARGETSESSIONATTRS', fallback: 'any' },
  { name: 'load_balance_hosts', env: 'PGLOADBALANCEHOSTS', fallback: 'disable', since: 16 },
  { name: 'scram_client_key', secret: true, since: 18 },
  { name: 'scram_server_key', secret: true, since: 18 },
  { name: 'oauth_issuer', since: 18 },
  { name: 'oauth_client_id', since: 18 },
  { name: 'oauth_client_secret', secret: true, since: 18 },
  { name: 'oauth_scope', since: 18 },
  { name: 'sslkeylogfile', since: 18 },
];

const BY_NAME: ReadonlyMap<string, Keyword> = new Map(KEYWORDS.map((keyword) => [keyword.name, keyword]));

/** All options in libpq's order. */
export const keywords = (): readonly Keyword[] => KEYWORDS;

export const isKeyword = (name: string): boolean => BY_NAME.has(name);

/** The PG* variable of a keyword, where it has one. */
export const environmentName = (name: string): string | undefined => BY_NAME.get(name)?.env;

export const isSecret = (name: string): boolean => BY_NAME.get(name)?.secret === true;

export const keywordSince = (name: string): number | undefined => BY_NAME.get(name)?.since;

/** libpq's `isspace` in the C locale. */
export const isBlank = (character: string | undefined): boolean =>
  character === ' ' || (character !== undefined && character >= '\t' && character <= '\r');
