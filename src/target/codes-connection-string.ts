import { defineCodes } from '../report/finding.ts';

/** What libpq's two parsers refuse. Arguments never hold text that may belong to the password. */
export const connectionStringCodes = defineCodes({
  'target-uri-percent': {
    severity: 'error',
    title: 'broken percent-encoding',
    message: 'The {part} part of the URI holds a % that is not followed by two hexadecimal digits.',
    fix: 'Write a literal percent sign in a URI as %25.',
  },
  'target-uri-percent-zero': {
    severity: 'error',
    title: 'zero byte in the URI',
    message: 'The {part} part of the URI holds %00, which no PostgreSQL value can contain.',
    fix: 'Remove %00 from the {part} part of the URI.',
  },
  'target-uri-blank': {
    severity: 'error',
    title: 'raw blank in the URI',
    message: 'The {part} part of the URI holds a raw blank; libpq 18 refuses it (older versions keep it).',
    fix: 'Write a blank in a URI as %20.',
  },
  'target-uri-bracket-unclosed': {
    severity: 'error',
    title: 'unclosed bracket in the URI',
    message: 'The host of the URI begins with [ but the matching ] is missing.',
    fix: 'Close the IPv6 address with ], as in postgresql://[2001:db8::1]:5432/mydb.',
  },
  'target-uri-bracket-empty': {
    severity: 'error',
    title: 'empty brackets in the URI',
    message: 'The host of the URI is [], without an address inside.',
    fix: 'Write the IPv6 address between the brackets, as in postgresql://[::1]/mydb.',
  },
  'target-uri-bracket-trailing': {
    severity: 'error',
    title: 'text after the bracketed address',
    message:
      'Character {position} of the URI follows the ] of the IPv6 address, where only : / ? , or the end may come.',
    fix: 'Put a colon and the port, or a slash and the database, after the ], as in postgresql://[::1]:5432/mydb.',
  },
  'target-uri-parameter-extra-equals': {
    severity: 'error',
    title: 'second = in a URI parameter',
    message: 'The URI parameter "{name}" holds a second raw =.',
    fix: 'Write = inside a value as %3D, as in ?options=-c%20search_path%3Dapp.',
  },
  'target-uri-parameter-no-value': {
    severity: 'error',
    title: 'URI parameter without =',
    message: 'The URI parameter "{name}" has no = and value.',
    fix: 'Write each parameter as name=value, joined by &, as in ?sslmode=require&connect_timeout=10.',
  },
  'target-uri-parameter-unknown': {
    severity: 'error',
    title: 'unknown URI parameter',
    message: 'libpq knows no connection option "{name}", so it refuses the URI.',
    fix: 'Correct its spelling, or take {name}=… out of the URI that libpq programs (psql, pg_dump, pgmedic) read.',
  },
  'target-conninfo-no-equals': {
    severity: 'error',
    title: 'word without = in the connection string',
    message: 'The word "{word}" at character {position} of the connection string is not followed by =.',
    fix: "Write keyword=value pairs and quote values that hold blanks, as in host=db password='two words'.",
  },
  'target-conninfo-quote-open': {
    severity: 'error',
    title: 'unterminated quote in the connection string',
    message: 'The quoted value of "{keyword}" does not end.',
    fix: "End the value with a single quote, and write a quote inside it as \\', as in password='it\\'s'.",
  },
  'target-conninfo-keyword-unknown': {
    severity: 'error',
    title: 'unknown connection option',
    message: 'libpq knows no connection option "{keyword}".',
    fix: 'Use the names of libpq, as in host=db.example.com port=5432 dbname=app user=me sslmode=require.',
  },
  'target-two-connection-strings': {
    severity: 'error',
    title: 'two connection strings',
    message: 'Both the target and --dbname are connection strings.',
    fix: 'Give one connection string, or a plain database name to -d, as in -d mydb.',
  },
  'target-conninfo-nul': {
    severity: 'error',
    title: 'zero character in the connection string',
    message: 'The connection string holds a NUL character, at which libpq would cut it off.',
    fix: 'Remove the NUL character from the connection string.',
  },
});
