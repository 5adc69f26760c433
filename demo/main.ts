import { spawn } from 'node:child_process';
import { startDemoBastion } from './bastion-home.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { HEAL_SQL, WAREHOUSE_SQL } from './warehouse.ts';

const keep = process.argv.includes('--keep');
const bin = 'bin/pgmedic.js';

const server = await startPostgres({ major: 18 });
const bastion = await startDemoBastion();
let stopping: Promise<void> | null = null;
const stop = (): Promise<void> => (stopping ??= Promise.all([server.stop(), bastion.stop()]).then(() => undefined));
const stopWith = (code: number): void => void stop().then(() => process.exit(code));
process.once('SIGINT', () => stopWith(130));
// `npm run demo | head`: the reader has seen enough.
process.stdout.once('error', () => stopWith(0));
process.once('SIGTERM', () => stopWith(143));

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`);

/** Prints a command as a person would type it, runs it, and checks that it ends as announced. */
async function show(title: string, args: readonly string[], password: string, expected: number): Promise<void> {
  process.stdout.write(`\n# ${title}\n$ PGPASSWORD=… pgmedic ${args.map(quoted).join(' ')}\n`);
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {
      stdio: 'inherit',
      env: {
        PATH: process.env['PATH'] ?? '',
        TERM: process.env['TERM'] ?? 'dumb',
        LANG: process.env['LANG'] ?? 'C.UTF-8',
        HOME: bastion.home,
        PGPASSWORD: password,
      },
    });
    child.once('error', reject);
    child.once('exit', resolve);
  });
  process.stdout.write(`# exit code ${code}\n`);
  if (code !== expected && stopping === null) throw new Error(`expected exit code ${expected}, got ${code}`);
}

try {
  await server.sql('create database warehouse');
  await server.sql(WAREHOUSE_SQL, 'warehouse');
  const target = (role: string): string => server.uri(role, undefined, 'warehouse');
  const { hop } = bastion;
  await show('Can I get there?', ['test', target('reader')], 'reader-pw', 0);
  await show('And through a bastion?', ['test', target('reader'), '--ssh', hop], 'reader-pw', 0);
  await show('A wrong password: the first broken stage is named', ['test', target('reader')], 'wrong', 2);
  await show('May the reader do its job?', ['grants', target('reader'), '--need', 'read'], 'reader-pw', 0);
  const wanted = ['--need', 'read,write,truncate', '--schema', 'staging'];
  await show('The writer was granted only half of it', ['grants', target('writer'), ...wanted], 'writer-pw', 1);
  await show('What closes exactly that gap?', ['sql', target('writer'), ...wanted], 'writer-pw', 1);
  await server.sql(HEAL_SQL, 'warehouse');
  await show('After the administrator ran it', ['grants', target('writer'), ...wanted], 'writer-pw', 0);
  if (keep) {
    process.stdout.write(
      `\nThe server stays up until Ctrl-C. Play with:\n` +
        `  PGPASSWORD=reader-pw node ${bin} test '${target('reader')}'\n` +
        `  PGPASSWORD=writer-pw node ${bin} grants '${target('writer')}' --need read,write\n` +
        `  HOME=${bastion.home} PGPASSWORD=reader-pw node ${bin} test '${target('reader')}' --ssh ${hop}\n`,
    );
    await new Promise(() => {});
  }
  await stop();
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  await stop();
  process.exitCode = 1;
}
