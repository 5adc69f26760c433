import { z } from 'zod';
import { NEED_WORDS } from '../grants/needs.ts';
import { keywords } from '../target/keywords.ts';

/** The document's shape. The JSON Schema for editors (`schema/config.v1.json`) is made from it. */

const words = Object.keys(NEED_WORDS) as [string, ...string[]];

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1)]);
const pattern = oneOrMore(z.string().min(1));

/** Everything libpq has a keyword for and that is no secret; the password is a reference. */
const parameters = Object.fromEntries(
  keywords()
    .filter(({ name, secret }) => secret !== true && name !== 'dbname')
    .map(({ name, env }) => [
      name,
      scalar.optional().describe(`libpq's ${name}${env === undefined ? '' : ` (${env})`}`),
    ]),
);

const reference = z
  .string()
  .regex(/^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/)
  .describe('A reference to an environment variable, as ${DB_PASSWORD}: secrets do not belong in this file.');

const filters = {
  schema: pattern.optional().describe('Only schemas whose whole name matches one of these regular expressions.'),
  'exclude-schema': pattern.optional().describe('Leave these schemas out.'),
  table: pattern.optional().describe('Only relations whose whole schema.name matches.'),
  'exclude-table': pattern.optional().describe('Leave these relations out.'),
};

const needWord = z.enum(words);

const expectation = z
  .strictObject({
    role: z.string().min(1).optional().describe('Judge this role instead of the one that logs in.'),
    profile: z.string().min(1).optional().describe('The needs of a known consumer: dbt, dagster, prequel, …'),
    needs: z
      .array(z.union([needWord, z.strictObject({ need: oneOrMore(needWord), ...filters })]))
      .optional()
      .describe('What the role must be able to do: words of --need, or words for some schemas and tables.'),
    max: z.array(z.string()).optional().describe('Also report rights beyond these (least privilege).'),
    ...filters,
  })
  .describe('What must hold on this connection.');

const acceptance = z
  .strictObject({
    gap: z
      .string()
      .min(1)
      .describe('Regular expression on the whole gap, as `closes` of --json names it: "public.t select".'),
    reason: z.string().min(1).describe('Why it may be missing; shown with every run.'),
    until: z.iso.date().describe('The last day (UTC) on which it is accepted, as 2026-12-31.'),
  })
  .describe('A gap that is known and accepted for a time. It is still shown.');

const bastions = z.strictObject({
  hops: oneOrMore(z.string().min(1)).describe('[USER@]HOST[:PORT] of the bastion, or a chain of them in order.'),
  key: z.string().optional().describe('Private key file.'),
  config: z.string().optional().describe('ssh_config file, or none.'),
  'known-hosts': oneOrMore(z.string()).optional(),
  'host-key': oneOrMore(z.string()).optional().describe('SHA256:… that the bastion must show.'),
  passphrase: reference.optional(),
  password: reference.optional(),
});

const connection = z
  .strictObject({
    url: z.string().min(1).optional().describe('postgres:// URI or keyword=value string; a password only as ${NAME}.'),
    ...parameters,
    database: scalar.optional().describe('The database; the same as dbname.'),
    dbname: scalar.optional().describe("libpq's dbname (PGDATABASE)."),
    password: reference.optional(),
    sslpassword: reference.optional(),
    ssh: z
      .union([oneOrMore(z.string().min(1)), bastions])
      .optional()
      .describe('The way through bastions.'),
    expect: expectation.optional(),
    accept: z.array(acceptance).optional(),
  })
  .describe('A named connection: pgmedic test @name.');

export const CONFIG_SCHEMA = z
  .strictObject({
    version: z.literal(1).optional(),
    connections: z.record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/), connection),
  })
  .describe(
    'pgmedic.yaml: named connections and what must hold on them. Every value may hold ${NAME} or ${NAME:-default}.',
  );

export type Config = z.infer<typeof CONFIG_SCHEMA>;
export type ConnectionConfig = z.infer<typeof connection>;
export type Expectation = z.infer<typeof expectation>;
export type Acceptance = z.infer<typeof acceptance>;
