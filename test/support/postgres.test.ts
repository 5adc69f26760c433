import { expect, test } from 'vitest';
import { hasPostgres, type Major } from './postgres-binaries.ts';
import { startPostgres } from './postgres.ts';

const majors: Major[] = [12, 13, 14, 15, 16, 17, 18];
test.each(majors.filter(hasPostgres))('PostgreSQL %i starts, answers and stops', async (major) => {
  const server = await startPostgres({ major });
  try {
    const rows = await server.sql('show server_version_num');
    expect(String(rows[0]?.['server_version_num'])).toMatch(new RegExp(`^${major}`));
  } finally {
    await server.stop();
  }
  expect(() => process.kill(server.pid, 0)).toThrow(/ESRCH/);
});
