import { expect, test } from 'vitest';
import { MAJORS } from './majors.ts';
import { startPostgres } from './postgres.ts';

test.each(MAJORS)('PostgreSQL %i starts, answers and stops', async (major) => {
  const server = await startPostgres({ major });
  try {
    const rows = await server.sql('show server_version_num');
    expect(String(rows[0]?.['server_version_num'])).toMatch(new RegExp(`^${major}`));
  } finally {
    await server.stop();
  }
  expect(() => process.kill(server.pid, 0)).toThrow(/ESRCH/);
});
