import { defineCodes } from '../report/finding.ts';

/** What people really do wrong with connection strings. `{url}` is the repaired string, its secrets as `***`. */
export const doctorCodes = defineCodes({
  'target-url-wrapped': {
    severity: 'error',
    title: 'extra text around the connection string',
    message: 'The connection string has {what} around it, which libpq takes as part of it.',
    fix: 'Remove it and use: {url}',
  },
  'target-scheme-jdbc': {
    severity: 'error',
    title: 'JDBC URL',
    message: 'The connection string begins with jdbc:, which only Java reads.',
    fix: 'Use: {url}',
  },
  'target-scheme-driver': {
    severity: 'error',
    title: 'driver name in the scheme',
    message:
      'The scheme "{scheme}" names a driver, as SQLAlchemy wants it; libpq takes only postgresql:// and postgres://.',
    fix: 'Use: {url}',
  },
  'target-scheme-case': {
    severity: 'error',
    title: 'upper case in the scheme',
    message: 'libpq takes the scheme only in lower case, and reads "{scheme}://" as a keyword.',
    fix: 'Use: {url}',
  },
  'target-scheme-misspelt': {
    severity: 'error',
    title: 'unknown scheme',
    message: 'The scheme "{scheme}" is not libpq’s: that takes only postgresql:// and postgres://.',
    fix: 'Use: {url}',
  },
  'target-scheme-slashes': {
    severity: 'error',
    title: 'slashes missing after the scheme',
    message:
      'The connection string begins with postgresql: but not with postgresql://, so libpq does not take it for a URI.',
    fix: 'Use: {url}',
  },
  'target-scheme-missing': {
    severity: 'error',
    title: 'URI without a scheme',
    message: 'The connection string looks like a URI, but does not begin with postgresql://.',
    fix: 'Use: {url}',
  },
  'target-scheme-other': {
    severity: 'error',
    title: 'URL of another product',
    message: 'The scheme "{scheme}" is not PostgreSQL’s.',
    fix: 'Give the URL of a PostgreSQL server, as in postgresql://user@host:5432/database.',
  },
  'target-word-only': {
    severity: 'error',
    title: 'not a connection string',
    message: 'The target is a single word, neither a URI nor keyword=value.',
    fix: 'Name a database with -d and a host with -h, as in pgmedic test -h db.example.com -d mydb.',
  },
  'target-url-raw-character': {
    severity: 'error',
    title: 'unencoded character in the URI',
    message: 'Unencoded in the {part}: {characters}; libpq then reads {asRead}.',
    fix: '{advice}: {url} or give the password apart: PGPASSWORD=… pgmedic test {bare}',
  },
  'target-url-raw-slash': {
    severity: 'warning',
    title: 'unencoded slash in the URI',
    message: 'libpq reads {asRead}, without user or password; a raw / in the {part} may be the cause.',
    fix: 'If so, write / as %2F in the {part}: {url}',
  },
  'target-url-raw-percent': {
    severity: 'error',
    title: 'unencoded percent sign in the URI',
    message: 'The {part} part of the URI holds a % that is not followed by two hexadecimal digits.',
    fix: 'Write % as %25 there: {url}',
  },
  'target-url-raw-blank': {
    severity: 'error',
    title: 'unencoded blank in the URI',
    message: 'The {part} part of the URI holds a raw blank; libpq 18 refuses it, and older versions keep it.',
    fix: 'Write it as %20: {url}',
  },
  'target-url-edge-blank': {
    severity: 'warning',
    title: 'blank at the edge of a part',
    message: 'A part of the URI begins or ends with a raw blank: libpq 18 strips it, and older versions keep it.',
    fix: 'Remove the blank, or write it as %20 if it belongs to the value: {url}',
  },
  'target-url-plus': {
    severity: 'info',
    title: 'plus sign in the URI',
    message: 'The {part} holds a raw +, which libpq reads as a plus sign, never as a blank.',
    fix: 'If a blank is meant (as quote_plus and URLSearchParams write it), put %20 there: {url}',
  },
  'target-url-placeholder': {
    severity: 'warning',
    title: 'placeholder left in',
    message: 'The {part} looks like a placeholder of the form {form}, which was to be replaced.',
    fix: 'Put the real value there: {url}',
  },
  'target-url-not-utf8': {
    severity: 'warning',
    title: 'bytes that are not UTF-8',
    message:
      'The {part} part of the URI has percent-encoded bytes that are not UTF-8; pgmedic cannot send them as they are.',
    fix: 'Encode the text as UTF-8, as in %C3%A4 for ä: {url}',
  },
  'target-parameter-foreign': {
    severity: 'error',
    title: 'parameter of another tool',
    message: 'The parameter "{name}" belongs to {tool}; libpq refuses a connection string that holds it.',
    fix: 'Keep it in the string of that tool only; for psql and pgmedic use: {url}',
  },
  'target-parameter-renamed': {
    severity: 'error',
    title: 'parameter under another name',
    message: 'The parameter "{name}" comes from {tool}; libpq says {instead}.',
    fix: 'Use: {url}',
  },
  'target-parameter-misspelt': {
    severity: 'error',
    title: 'misspelt parameter',
    message: 'libpq knows no connection option "{name}", but it knows "{instead}".',
    fix: 'Use: {url}',
  },
  'target-parameter-encoding': {
    severity: 'error',
    title: 'unencoded character in a URI parameter',
    message: 'The value of the URI parameter "{name}" holds a raw {character}, so libpq refuses the URI.',
    fix: 'Write it as {encoded}: {url}',
  },
  'target-conninfo-swallowed': {
    severity: 'warning',
    title: 'empty value swallows the next pair',
    message: '{keyword}= is empty (an unset variable?), so libpq takes "{by}=…" for its value.',
    fix: "Quote the value, as in {keyword}='', or give it: {url}",
  },
  'target-conninfo-separator': {
    severity: 'warning',
    title: 'pairs not separated by blanks',
    message:
      'The pairs are separated by "{separator}", which libpq takes as part of the value; it separates by blanks.',
    fix: 'Use: {url}',
  },
  'target-conninfo-unquoted': {
    severity: 'error',
    title: 'unquoted blank in a value',
    message: 'The value of {keyword} holds a blank and is not quoted, so libpq ends it there.',
    fix: 'Quote it: {url}',
  },
  'target-password-in-argv': {
    severity: 'warning',
    title: 'password on the command line',
    message:
      'The password stands in the command line, where other users of this machine (ps) and the shell history see it.',
    fix: 'Give it in the environment instead: PGPASSWORD=… pgmedic test {bare}',
  },
  'target-password-edges': {
    severity: 'warning',
    title: 'blank or quote around the password',
    message: 'The password (from {from}) has {what}, which is sent as part of it.',
    fix: 'If that is a slip of copying, remove it, as in: PGPASSWORD="$(printf %s "$PGPASSWORD" | tr -d \'\\r\\n\')"',
  },
  'target-database-is-connection-string': {
    severity: 'warning',
    title: 'connection string as database name',
    message: 'The database name (from {from}) is itself a connection string, which libpq does not expand there.',
    fix: 'Give it as the target, as in pgmedic test {url}',
  },
  'target-host-shape': {
    severity: 'warning',
    title: 'host is not a name',
    message: 'The host "{host}" (from {from}) has {what}, so no name server will know it.',
    fix: 'Give the parts one by one, as in {instead}.',
  },
  'target-database-url-ignored': {
    severity: 'warning',
    title: 'DATABASE_URL not used',
    message: 'DATABASE_URL names {other}, but {winner} wins and names {used}.',
    fix: 'Unset the one that is not meant, as in: unset DATABASE_URL',
  },
  'target-database-url-other': {
    severity: 'info',
    title: 'DATABASE_URL of another product',
    message: 'DATABASE_URL begins with "{scheme}:", which is not PostgreSQL’s, so it is not used.',
    fix: 'Name the server, as in pgmedic test postgresql://user@host:5432/database.',
  },
  'target-database-url-over-variables': {
    severity: 'warning',
    title: 'DATABASE_URL beats PG* variables',
    message: 'DATABASE_URL is used, since nothing else names a host; it overrides {variables}.',
    fix: 'Unset the one that is not meant, as in: unset DATABASE_URL',
  },
  'target-libpq-version': {
    severity: 'info',
    title: 'option of newer libpq',
    message:
      '{keyword} (from {from}) is known to libpq {since} and later; an older psql refuses the connection string.',
    fix: 'Leave it out for older programs, or upgrade them to PostgreSQL {since} or later.',
  },
  'target-other-tools': {
    severity: 'info',
    title: 'other clients read this differently',
    message: 'Other clients read this connection string differently: {differences}.',
    fix: 'Where {tools} uses it, give host, port, user, password and database one by one instead of as a URL.',
  },
});
