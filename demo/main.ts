import { spawn } from 'node:child_process';
import { startPostgres } from '../test/support/postgres.ts';
import { WAREHOUSE_SQL } from './warehouse.ts';

const keep = process.argv.includes('--keep');
const bin = 'bin/pgmedic.js';

const server = await startPostgres({ major: 18 });
let stopping = false;
const stop = async (code: number): Promise<never> => {
  if (!stopping) {
    stopping = true;
    await server.stop();
  }
  process.exit(code);
};
process.once('SIGINT', () => void stop(130));
process.once('SIGTERM', () => void stop(143));

/** Prints a command as a person would type it, runs it, and checks that it ends as announced. */
async function show(title: string, args: readonly string[], password: string, expected: number): Promise<void> {
  process.stdout.write(
    `\n# ${title}\n$ PGPASSWORD=*** pgmedic ${args.map((arg) => (/[\s&?]/.test(arg) ? `'${arg}'` : arg)).join(' ')}\n`,
  );
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {
      stdio: 'inherit',
      env: {
        PATH: process.env['PATH'] ?? '',
        LANG: process.env['LANG'] ?? 'C.UTF-8',
        HOME: server.folder,
        PGPASSWORD: password,
      },
    });
    child.once('error', reject);
    child.once('exit', resolve);
  });
  process.stdout.write(`# exit code ${code}\n`);
  if (code !== expected) throw new Error(`expected exit code ${expected}, got ${code}`);
}

try {
  await server.sql('create database warehouse');
  await server.sql(WAREHOUSE_SQL, 'warehouse');
  const target = (role: string): string => server.uri(role, undefined, 'warehouse');
  await show('Can I get there?', ['test', target('reader')], 'reader-pw', 0);
  await show('A wrong password: the first broken stage is named', ['test', target('reader')], 'wrong', 2);
  await show('May the reader do its job?', ['grants', target('reader'), '--need', 'read'], 'reader-pw', 0);
  await show(
    'The writer was granted only half of it',
    ['grants', target('writer'), '--need', 'read,write,truncate'],
    'writer-pw',
    1,
  );
  await server.sql(
    'grant usage on schema staging to writer; grant select, insert, update, delete, truncate on all tables in schema staging, public to writer; grant usage on all sequences in schema public, staging to writer',
    'warehouse',
  );
  await show(
    'After the administrator closed the gap',
    [
      'grants',
      target('writer'),
      '--need',
      'read,write,truncate',
      '--table',
      '(public|staging)\\.(customers|orders|order_items|events.*)',
    ],
    'writer-pw',
    0,
  );
  if (!keep) {
    await server.stop();
  } else {
    process.stdout.write(
      `\nThe server stays up until Ctrl-C. Play with:\n  node ${bin} test '${server.uri('reader', 'reader-pw', 'warehouse')}'\n  node ${bin} grants '${server.uri('writer', 'writer-pw', 'warehouse')}' --need read,write\n`,
    );
    await new Promise(() => {});
  }
} catch (error) {
  process.stderr.write(`demo: ${(error as Error).message}\n`);
  await stop(1);
}
