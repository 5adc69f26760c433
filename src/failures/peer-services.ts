import type { Args } from '../report/finding.ts';
import { shellWordOr } from '../report/shell-quoting.ts';
import type { FailureContext } from './context.ts';
import type { PeerError } from './raw-errors.ts';

interface Service {
  readonly name: string;
  readonly advice: (context: FailureContext) => string;
}

const otherPort = (what: string) => (): string => `${what}; give PostgreSQL’s own port: --port 5432`;

/** What answers instead of PostgreSQL, by the kind that its first bytes told (`recogniseForeign`). */
const SERVICES: Readonly<Record<string, Service>> = {
  http: { name: 'a web server (HTTP)', advice: otherPort('This is the port of a web interface or an HTTP proxy') },
  ssh: {
    name: 'an SSH server',
    advice: ({ host, port }) =>
      `This is a bastion’s port, not the database’s: go through it instead: --ssh USER@${shellWordOr(host, 'HOST')}${port === 22 ? '' : `:${port}`} --host DATABASE_HOST --port 5432`,
  },
  mysql: { name: 'a MySQL or MariaDB server', advice: otherPort('MySQL’s port is 3306') },
  redis: { name: 'a Redis server', advice: otherPort('Redis’ port is 6379') },
  smtp: { name: 'a mail server (SMTP)', advice: otherPort('This port belongs to mail') },
  ftp: { name: 'an FTP server', advice: otherPort('This port belongs to FTP') },
  pop3: { name: 'a mail server (POP3)', advice: otherPort('This port belongs to mail') },
  imap: { name: 'a mail server (IMAP)', advice: otherPort('This port belongs to mail') },
  memcached: { name: 'a memcached server', advice: otherPort('memcached’s port is 11211') },
  amqp: { name: 'a message broker (AMQP)', advice: otherPort('RabbitMQ’s port is 5672') },
  nats: { name: 'a NATS server', advice: otherPort('NATS’ port is 4222') },
  vnc: { name: 'a VNC server', advice: otherPort('This port belongs to a remote desktop') },
  mongodb: { name: 'a MongoDB server', advice: otherPort('MongoDB’s port is 27017') },
  'proxy-protocol': {
    name: 'a peer that sends a PROXY header',
    advice: otherPort('Some balancer is configured the wrong way round'),
  },
};

const UNKNOWN: Service = {
  name: 'another service',
  advice: ({ port }) =>
    `Check the port (PostgreSQL 5432, PgBouncer 6432); on the server see what listens: ss -ltnp sport = :${port}`,
};

/** Printable beginnings of what came, for people to recognise; every other byte is a dot. */
const excerpt = (bytes: Buffer): string =>
  bytes
    .subarray(0, 24)
    .toString('latin1')
    .replaceAll(/[^\x20-\x7e]/g, '.');

/** The words for a foreign service. */
export function serviceOf(error: PeerError, context: FailureContext): Args {
  const known = SERVICES[error.detail];
  const service = known ?? UNKNOWN;
  const quoted =
    known === undefined && error.firstBytes.length > 0 ? ` that answers “${excerpt(error.firstBytes)}”` : '';
  return {
    service: `${service.name}${quoted}`,
    kind: known === undefined ? 'unknown' : error.detail,
    advice: service.advice(context),
  };
}
