import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { saslprep } from '../../../src/connect/wire/saslprep.ts';
import { dial, errorOf } from '../../support/dial.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { MAJORS } from '../../support/majors.ts';

test.each([
  ['plain', 'plain', 'ascii'],
  ['tab\tand \x7f', 'tab\tand \x7f', 'ascii'],
  // RFC 4013, section 3
  ['I\u{ad}X', 'IX', 'normalised'],
  ['\u{aa}', 'a', 'normalised'],
  ['\u{2168}', 'IX', 'normalised'],
  ['\u{627}\u{31}', '\u{627}\u{31}', 'raw'], // directions: must end with a letter from right to left
  ['\u{fb01}', 'fi', 'normalised'],
  ['a\u{a0}b', 'a b', 'normalised'],
  ['\u{ad}', '\u{ad}', 'raw'], // nothing would be left
  ['\u{fb01}\u{1f600}', '\u{fb01}\u{1f600}', 'raw'], // unassigned in Unicode 3.2
  ['\u{bd}\u{5d0}', '\u{bd}\u{5d0}', 'raw'],
  ['\u{fb01}\u0007x', '\u{fb01}\u0007x', 'raw'], // prohibited
  ['\u{aa}\u{378}', '\u{aa}\u{378}', 'raw'],
  ['\u{627}\u{628}', '\u{627}\u{628}', 'normalised'],
  ['\ud800é', '\ud800é', 'raw'],
])('%j becomes %j (%s)', async (password, text, by) => {
  expect(await saslprep(password)).toEqual({ text, by });
});

describe.each(MAJORS)('as PostgreSQL %i prepares', (major) => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major, hba: ['host all all all scram-sha-256'] });
  });
  afterAll(async () => server.stop());

  /** Sets many passwords on the server, each for a role of its own, and tries them. Gives those that do not open. */
  async function refused(prefix: string, passwords: readonly string[]): Promise<readonly string[]> {
    const quoted = passwords.map((password) => `E'${password.replaceAll(/['\\]/g, String.raw`\$&`)}'`);
    const roles = quoted.map((literal, index) => `create role ${prefix}${index} login password ${literal};`);
    await server.sql(
      `set scram_iterations = 1; ${roles.join('\n')}`.slice(major >= 16 ? 0 : 'set scram_iterations = 1;'.length),
    );
    const failed: string[] = [];
    for (const [index, password] of passwords.entries()) {
      const entry = dial({ port: server.port, user: `${prefix}${index}`, database: 'postgres', password });
      await entry.then(async ({ session }) => session.close()).catch(() => failed.push(password));
    }
    return failed;
  }

  test('the passwords at which drivers fail open the door', async () => {
    expect(
      await refused('named_', ['ﬁ😀', '½א', 'ﬁ\u0007x', 'ª\u0378', 'p\u00a0w', 'é', 'ä\u00ad', 'אב1', '\u200b']),
    ).toEqual([]);
    expect(await errorOf(dial({ port: server.port, user: 'named_0', password: 'fi😀' }))).toMatchObject({
      fields: { sqlstate: '28P01' },
    });
  });

  test('and so do random ones', async () => {
    // Points around every rule: spaces, soft hyphens, ligatures, right-to-left, unassigned in 3.2, controls, emoji.
    const point = fc.oneof(
      fc.constantFrom(
        ...Array.from(
          'aA1 \u00a0\u00ad\u00aa\u00bd\u2168\ufb01\u0627\u05d0\u0378\u{1f600}\u200b\u200c\u3000\u0340\ufeff',
        ),
      ),
      fc.integer({ min: 0x80, max: 0x2fff }).map((code) => String.fromCodePoint(code)),
      fc.integer({ min: 0xf900, max: 0xfffd }).map((code) => String.fromCodePoint(code)),
    );
    const passwords = fc.sample(
      fc.array(point, { minLength: 1, maxLength: 5 }).map((points) => points.join('')),
      { numRuns: 200, seed: 4013 },
    );
    expect(await refused('random_', passwords)).toEqual([]);
  });
});
