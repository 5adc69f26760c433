import { strictUserinfoEnd } from './meant-uri.ts';
import type { DoctorNotice } from './doctor-notice.ts';
import type { Reading } from './reading.ts';

/** What a row of the table looks at: the URI as written (body: after the scheme) and libpq's values. */
interface Subject {
  readonly scheme: string;
  readonly body: string;
  readonly userinfo: string;
  readonly authority: string;
  readonly path: string;
  readonly query: string;
  readonly values: Readonly<Record<string, string>>;
}

interface Difference {
  readonly tool: string;
  readonly does: string;
  readonly applies: (subject: Subject) => boolean;
  /** Not worth a finding of its own. */
  readonly minor?: true;
}

const NODE = 'node-postgres';
const IGNORED_BY_NODE = [
  'channel_binding',
  'require_auth',
  'target_session_attrs',
  'load_balance_hosts',
  'connect_timeout',
  'hostaddr',
  'service',
  'passfile',
  'sslcertmode',
  'sslcrl',
  'sslpassword',
  'gssencmode',
  'ssl_min_protocol_version',
];

const has =
  (keyword: string) =>
  (subject: Subject): boolean =>
    subject.values[keyword] !== undefined;

/**
 * Where other clients read a URI otherwise than libpq. Measured with libpq 18.4, pg 8.23 (pg-connection-string 2.14),
 * SQLAlchemy 2.1, asyncpg and pgjdbc's documentation. A row is data: add one where a difference bites.
 */
const DIFFERENCES: readonly Difference[] = [
  { tool: NODE, does: 'refuses a raw ? or # before the @', applies: (s) => /[?#]/.test(s.userinfo) },
  { tool: 'asyncpg', does: 'refuses a raw ? or # before the @', applies: (s) => /[?#]/.test(s.userinfo) },
  { tool: 'asyncpg', does: 'refuses [ or ] before the @', applies: (s) => /[[\]]/.test(s.userinfo) },
  { tool: NODE, does: 'knows no list of hosts', applies: (s) => s.authority.includes(',') },
  {
    tool: NODE,
    does: 'refuses a URI without a host name before the path',
    applies: (s) => s.authority.startsWith(':') || (s.authority === '' && s.userinfo !== ''),
  },
  { tool: NODE, does: 'knows no IPv6 zone', applies: (s) => /^\[[^\]]*%/.test(s.authority) },
  {
    tool: NODE,
    does: 'keeps %2F, %3F, %23, %40, %26, %2B, %3A, %3D and %2C in the database name',
    applies: (s) => /%(?:2[F36BC]|3[FAD]|40)/i.test(s.path),
  },
  { tool: NODE, does: 'cuts the database name at #', applies: (s) => s.path.includes('#') },
  {
    tool: NODE,
    does: 'removes . and .. from the database name',
    applies: (s) => /(?:^|\/)\.{1,2}(?:\/|$)/.test(s.path),
  },
  { tool: NODE, does: 'reads + in a parameter as a blank', applies: (s) => s.query.includes('+') },
  {
    tool: NODE,
    does: 'takes sslmode allow, prefer, require and verify-ca for verify-full',
    applies: (s) => /^(?:allow|prefer|require|verify-ca)$/.test(s.values['sslmode'] ?? ''),
  },
  {
    tool: NODE,
    does: 'looks for a file named "system" as sslrootcert',
    applies: (s) => s.values['sslrootcert'] === 'system',
  },
  {
    tool: NODE,
    does: 'takes the path for the database and ignores the dbname parameter',
    applies: (s) => /(?:^|&)dbname=/.test(s.query),
  },
  { tool: NODE, does: 'knows no abstract socket', applies: (s) => (s.values['host'] ?? '').startsWith('@') },
  ...IGNORED_BY_NODE.map((keyword) => ({ tool: NODE, does: `ignores ${keyword}`, applies: has(keyword) })),
  {
    tool: 'SQLAlchemy',
    does: 'refuses the scheme postgres:// (it wants postgresql://)',
    applies: (s) => s.scheme === 'postgres',
    minor: true,
  },
  { tool: 'JDBC', does: 'takes ssl=true for verify-full', applies: (s) => /(?:^|&)ssl=true(?:&|$)/.test(s.query) },
];

/** One notice with every row that applies to a URI that libpq reads as it was meant. */
export function otherToolsNotice({ inner, uri, values }: Reading): readonly DoctorNotice[] {
  if (uri === undefined || uri.userinfoMisread) return [];
  const body = inner.slice(inner.indexOf('://') + 3);
  const at = strictUserinfoEnd(body);
  const [, authority = '', path = '', query = ''] =
    /^([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(body.slice(at + 1)) ?? [];
  const userinfo = body.slice(0, Math.max(at, 0));
  const subject = { scheme: uri.scheme, body, userinfo, authority, path, query, values };
  const rows = DIFFERENCES.filter((row) => row.applies(subject));
  if (rows.every(({ minor }) => minor)) return [];
  const tools = [...new Set(rows.map(({ tool }) => tool))];
  const differences = tools
    .map(
      (tool) =>
        `${tool} ${rows
          .filter((row) => row.tool === tool)
          .map(({ does }) => does)
          .join(', ')}`,
    )
    .join('; ');
  return [{ code: 'target-other-tools', args: { differences, tools: tools.join(' or ') } }];
}
