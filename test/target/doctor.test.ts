import { describe, expect, it } from 'vitest';
import { fill, fillFix } from '../../src/report/words.ts';
import { targetCodes } from '../../src/target/codes.ts';
import { diagnoseConninfo } from '../../src/target/doctor.ts';
import { parsed, refusalOf } from './outcomes.ts';
import { parseConninfo } from '../../src/target/conninfo.ts';

/** The first finding's code and repaired string; `none` for a clean string. */
function first(text: string): string {
  const [notice] = diagnoseConninfo(text);
  if (notice === undefined) return 'none';
  return `${notice.code.replace('target-', '')} ${notice.args['url']}`;
}

const codesOf = (text: string): readonly string[] => diagnoseConninfo(text).map(({ code }) => code);

const REPAIRS: readonly (readonly [text: string, expected: string])[] = [
  ['postgresql://u:p@h/db', 'none'],
  ['postgresql://u:p%40ss@h:5432/db?sslmode=verify-full', 'none'],
  ['postgresql://h/db?user=a@b', 'none'],
  ['postgresql://u:p@[::1]:5432/db', 'none'],
  ['host=h password=secret dbname=d', 'none'],
  ["password='' host=x", 'none'],
  ['', 'none'],
  // Characters that must be encoded
  ['postgresql://u:p@ss@h/db', 'url-raw-character postgresql://u:***@h/db'],
  ['postgresql://u:p@@h/db', 'url-raw-character postgresql://u:***@h/db'],
  ['postgresql://u:p/ss@h/db', 'url-raw-character postgresql://u:***@h/db'],
  ['postgresql://u:p/s?s@h/db', 'url-raw-character postgresql://u:***@h/db'],
  ['postgresql://u:a@b/c@h:5432/db', 'url-raw-character postgresql://u:***@h:5432/db'],
  ['postgresql://user@server:p@h:5432/db', 'url-raw-character postgresql://user%40server:***@h:5432/db'],
  ['postgresql://u:12/x@h/db', 'url-raw-slash postgresql://u:***@h/db'],
  ['postgresql://u:100%@h/db', 'url-raw-percent postgresql://u:***@h/db'],
  ['postgresql://u:p w@h/db', 'url-raw-blank postgresql://u:***@h/db'],
  ['postgresql://h/my db', 'url-raw-blank postgresql://h/my%20db'],
  ['postgresql://u:p @h/db', 'url-edge-blank postgresql://u:***@h/db'],
  ['postgresql://u:p@h/db ', 'url-edge-blank postgresql://u:***@h/db'],
  ['postgresql://u:p+w@h/db', 'url-plus postgresql://u:***@h/db'],
  ['postgresql://u:%E4@h/db', 'url-not-utf8 postgresql://u:***@h/db'],
  ['postgresql://h/db?options=-c%20a=b', 'parameter-encoding postgresql://h/db?options=-c%20a%3Db'],
  ['postgresql://h/db?options=-c a', 'parameter-encoding postgresql://h/db?options=-c%20a'],
  ['postgresql://h/db?application_name=50%', 'parameter-encoding postgresql://h/db?application_name=50%25'],
  // Placeholders
  [
    'postgresql://postgres:[YOUR-PASSWORD]@db.x.supabase.co/postgres',
    'url-placeholder postgresql://postgres:***@db.x.supabase.co/postgres',
  ],
  ['postgresql://u:<password>@h/db', 'url-placeholder postgresql://u:***@h/db'],
  ['postgresql://u:${PGPASS}@h/db', 'url-placeholder postgresql://u:***@h/db'],
  [
    'postgresql://u:{{ password }}@h/db',
    'url-placeholder postgresql://u:***@h/db'.replace('url-placeholder', 'url-raw-blank'),
  ],
  ['postgresql://u:$PASSWORD@h/db', 'url-placeholder postgresql://u:***@h/db'],
  ['postgresql://u@h/mydb', 'none'],
  ['host=my-host dbname=my_db user=myuser', 'none'],
  ['postgresql://u:your_password@h/db', 'url-placeholder postgresql://u:***@h/db'],
  ['postgresql://u:***@h/db', 'url-placeholder postgresql://u:***@h/db'],
  ['host=h password=${DB_PASSWORD}', 'url-placeholder host=h password=***'],
  ['$DATABASE_URL', 'url-placeholder postgresql://USER:***@HOST:5432/DATABASE'],
  // Something around it
  ['"postgresql://u:p@h/db"', 'url-wrapped postgresql://u:***@h/db'],
  ["'postgresql://u:p@h/db'", 'url-wrapped postgresql://u:***@h/db'],
  ['“postgresql://u:p@h/db”', 'url-wrapped postgresql://u:***@h/db'],
  ['postgresql://u:p@h/db"', 'url-wrapped postgresql://u:***@h/db'],
  ['postgresql://u:p@h/db\n', 'url-wrapped postgresql://u:***@h/db'],
  ['postgresql://u:p@h/db\r\n', 'url-wrapped postgresql://u:***@h/db'],
  [' postgresql://u:p@h/db', 'url-wrapped postgresql://u:***@h/db'],
  ['\uFEFFpostgresql://u:p@h/db', 'url-wrapped postgresql://u:***@h/db'],
  ['DATABASE_URL=postgresql://u:p@h/db', 'url-wrapped postgresql://u:***@h/db'],
  ['export DATABASE_URL="postgresql://u:p@h/db"', 'url-wrapped postgresql://u:***@h/db'],
  ["psql 'postgresql://u:p@h/db?sslmode=verify-full'", 'url-wrapped postgresql://u:***@h/db?sslmode=verify-full'],
  // Schemes
  ['jdbc:postgresql://h:5432/db', 'scheme-jdbc postgresql://h:5432/db'],
  ['jdbc:postgresql://h/db?user=u&password=p&ssl=true', 'scheme-jdbc postgresql://u:***@h/db?sslmode=require'],
  [
    'jdbc:postgresql://h/db?currentSchema=a&targetServerType=primary&prepareThreshold=0',
    'scheme-jdbc postgresql://h/db?options=-csearch_path%3Da&target_session_attrs=primary',
  ],
  ['postgresql+psycopg2://u:p@h/db', 'scheme-driver postgresql://u:***@h/db'],
  ['postgresql+asyncpg://u:p@h/db?ssl=require', 'scheme-driver postgresql://u:***@h/db?sslmode=require'],
  ['POSTGRES://u:p@h/db', 'scheme-case postgresql://u:***@h/db'],
  ['PostgreSQL://u:p@ss@h/db', 'scheme-case postgresql://u:***@h/db'],
  ['postgre://u:p@h/db', 'scheme-misspelt postgresql://u:***@h/db'],
  ['pgsql://u:p@h/db', 'scheme-misspelt postgresql://u:***@h/db'],
  ['postgres:/h/db', 'scheme-slashes postgresql://h/db'],
  ['u:p@h:5432/db', 'scheme-missing postgresql://u:***@h:5432/db'],
  ['localhost:5432/db', 'scheme-missing postgresql://localhost:5432/db'],
  ['mysql://u:p@h/db', 'scheme-other postgresql://USER:***@HOST:5432/DATABASE'],
  ['mydb', 'word-only postgresql://USER:***@HOST:5432/DATABASE'],
  // Parameters
  ['postgresql://h/db?schema=app', 'parameter-renamed postgresql://h/db?options=-csearch_path%3Dapp'],
  ['postgresql://h/db?pgbouncer=true&connection_limit=1', 'parameter-foreign postgresql://h/db'],
  [
    'postgresql://h/db?statement_timeout=5&lock_timeout=6',
    'parameter-renamed postgresql://h/db?options=-cstatement_timeout%3D5%20-clock_timeout%3D6',
  ],
  ['postgresql://h/db?sslmod=require', 'parameter-misspelt postgresql://h/db?sslmode=require'],
  ['postgresql://h/db?SSLMode=require', 'parameter-misspelt postgresql://h/db?sslmode=require'],
  ['postgresql://h/db?ssl=false', 'parameter-renamed postgresql://h/db?sslmode=disable'],
  ['host=h prot=5433', 'parameter-misspelt host=h port=5433'],
  ['host=h username=u', 'parameter-renamed host=h user=u'],
  ['host=h database=d passwrd=p', 'parameter-renamed host=h dbname=d password=***'],
  // Keyword/value
  ['password= host=x', "conninfo-swallowed password='' host=x"],
  ['host=x password= user=u dbname=d', "conninfo-swallowed host=x password='' user=u dbname=d"],
  ['host=h;port=1', 'conninfo-separator host=h port=1'],
  ['Host=h;Username=u;Password=p;Database=d', 'conninfo-separator host=h user=u password=*** dbname=d'],
  ['Server=h;Port=5433;User Id=u;Password=p;', 'conninfo-separator host=h port=5433 user=u password=***'],
  ['host=a,port=1', 'conninfo-separator host=a port=1'],
  ['host=h password=two words user=u', 'conninfo-unquoted host=h password=*** user=u'],
];

describe('diagnoseConninfo', () => {
  it.each(REPAIRS)('%j: %s', (text, expected) => expect(first(text)).toBe(expected));

  it.each(REPAIRS)('%j: the repaired string is one that libpq reads, and all words can be filled', (text) => {
    for (const { code, args } of diagnoseConninfo(text)) {
      expect(parsed(String(args['url']))).not.toBe('refused');
      const { message, fix } = targetCodes[code];
      expect(`${fill(message, args)} ${fillFix(fix, args)}`).not.toContain('undefined');
    }
  });

  it('shows both readings of a raw @', () => {
    const [notice] = diagnoseConninfo('postgresql://u:p@ss@h/db');
    expect(notice?.args).toEqual({
      characters: '@',
      advice: 'Write @ as %40 in the password',
      part: 'password',
      asRead: 'user "u", password "***", host and port "***@h", database "db"',
      bare: 'postgresql://u@h/db',
      url: 'postgresql://u:***@h/db',
    });
  });

  it('names all raw characters at once, in an order that is not the password’s', () => {
    const [notice] = diagnoseConninfo('postgresql://u:p@ss#w/rd%@h/db');
    expect(notice?.code).toBe('target-url-raw-character');
    expect(notice?.args).toMatchObject({
      characters: '@ / # %',
      advice: 'Write @ as %40, / as %2F, # as %23, % as %25 in the password',
    });
    const [both] = diagnoseConninfo('postgresql://u@x:p/w@h/db');
    expect(both?.args).toMatchObject({ part: 'user and the password', characters: '@ /' });
  });

  it('explains a refusal by its cause, with the repaired string', () => {
    const error = refusalOf(() => parseConninfo('jdbc:postgresql://h/db?user=u&password=p'));
    expect(error.code).toBe('target-scheme-jdbc');
    expect(error.args).toEqual({ url: 'postgresql://u:***@h/db' });
  });
});

describe('differences of other clients', () => {
  it.each([
    ['postgresql://u:p#x@h/db', 'node-postgres refuses a raw ? or #'],
    ['postgresql://u:p?x@h/db', 'asyncpg refuses a raw ? or #'],
    ['postgresql://u:[x]@h/db', 'asyncpg refuses [ or ]'],
    ['postgresql://h1,h2/db', 'no list of hosts'],
    ['postgresql://u@/db', 'without a host name'],
    ['postgresql://[fe80::1%25eth0]/db', 'no IPv6 zone'],
    ['postgresql://h/a%23b', 'in the database name'],
    ['postgresql://h/a#b', 'cuts the database name at #'],
    ['postgresql://h/../b', 'removes . and ..'],
    ['postgresql://h/db?application_name=a+b', 'reads + in a parameter as a blank'],
    ['postgresql://h/db?sslmode=require', 'for verify-full'],
    ['postgresql://h/db?sslrootcert=system', 'a file named "system"'],
    ['postgresql://h/db?dbname=x', 'ignores the dbname parameter'],
    ['postgresql://h/db?connect_timeout=3', 'ignores connect_timeout'],
    ['postgresql://h/db?ssl=true', 'JDBC takes ssl=true for verify-full'],
    ['postgres://h/db?require_auth=md5', 'SQLAlchemy refuses the scheme'],
  ])('%s: %s', (text, expected) => {
    const notice = diagnoseConninfo(text).find(({ code }) => code === 'target-other-tools');
    expect(notice?.args['differences']).toContain(expected);
  });

  it.each([
    'postgresql://u:p@h/db',
    'postgres://u:p@h/db',
    'postgresql://h/db?sslmode=verify-full',
    'host=h sslmode=require',
  ])('says nothing of %s', (text) => expect(codesOf(text)).not.toContain('target-other-tools'));
});
