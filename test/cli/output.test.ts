import { spawn } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type Server, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { freePort } from '../support/postgres.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { type CliRun, runCli } from '../support/run-cli.ts';

let folder: string;
let refused: string;
let silent: Server;
let silentPort: number;
beforeAll(async () => {
  refused = `postgres://app@127.0.0.1:${await freePort()}/db`;
  silent = createServer((socket) => void socket.on('error', () => {}));
  silentPort = await new Promise((resolve) => {
    silent.listen(0, '127.0.0.1', () => resolve((silent.address() as { port: number }).port));
  });
});
afterAll(() => void silent.close());
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-output-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => path.join(folder, name);

test('several at once: files beside standard output, each whole', async () => {
  const outputs = [
    'table',
    `junit=${at('r.xml')}`,
    `json=${at('r.json')}`,
    `html=${at('r.html')}`,
    `markdown=${at('r.md')}`,
  ];
  const run = await runCli(['test', refused, ...outputs.flatMap((output) => ['-o', output])]);
  expect(run.code).toBe(2);
  expect(run.stdout).toContain('FAIL at tcp');
  expect(schemaErrors(JSON.parse(readFileSync(at('r.json'), 'utf8')))).toEqual([]);
  expect(readFileSync(at('r.xml'), 'utf8')).toMatch(/^<\?xml[\s\S]*<\/testsuites>\n$/);
  expect(readFileSync(at('r.html'), 'utf8')).toMatch(/<\/html>\n$/);
  expect(readFileSync(at('r.md'), 'utf8')).toContain('exit code 2');
  expect(readdirSync(folder).toSorted()).toEqual(['r.html', 'r.json', 'r.md', 'r.xml']);
});

test('the same output named twice is one', async () => {
  const run = await runCli(['test', refused, '--json', '-o', 'json', '-o', 'json=-']);
  expect(run.code).toBe(2);
  expect(run.report().verdict.code).toBe('tcp-refused');
});

test('a dry run comes in every format that was asked for', async () => {
  const run = await runCli([
    'test',
    refused,
    '--dry-run',
    '-o',
    'table',
    '-o',
    `junit=${at('r.xml')}`,
    '-o',
    `json=${at('r.json')}`,
  ]);
  expect(run.code).toBe(0);
  expect(run.stdout).toContain('stages: config → dns → tcp');
  expect(readFileSync(at('r.xml'), 'utf8')).toMatch(/<skipped[\s\S]*<\/testsuites>\n$/);
  expect(JSON.parse(readFileSync(at('r.json'), 'utf8'))).toMatchObject({ dryRun: true, exitCode: 0 });
});

test('a file has no colour and no width of the terminal', async () => {
  await runCli(['test', refused, '--color', 'always', '-o', `table=${at('t')}`]);
  expect(readFileSync(at('t'), 'utf8')).not.toContain('\u001b');
});

describe('a place that cannot be written', () => {
  test.each([
    ['no such folder', '/nowhere/at/all/r.xml', 'there is no such folder'],
    ['a folder', '/tmp', 'it is a folder'],
    ['a read-only place', '/sys/r.xml', 'permission denied'],
  ])('%s: exit 64 before anything is attempted', async (_, file, reason) => {
    const run = await runCli(['test', refused, '--json', '-o', `junit=${file}`]);
    expect(run.code).toBe(64);
    expect(run.stderr).toBe(`pgmedic: cannot write ${file}: ${reason}\n`);
    expect(run.report().verdict).toMatchObject({ stage: 'config', code: 'usage-invalid' });
    expect(run.report().results).toHaveLength(1);
  });

  // A device that is always full; Linux has it.
  test.skipIf(!existsSync('/dev/full'))('a full disk: a clear error, and the other outputs whole', async () => {
    const run = await runCli(['test', refused, '-o', 'junit=/dev/full', '--json', '-o', `html=${at('r.html')}`]);
    expect(run.code).toBe(64);
    expect(run.stderr).toBe('pgmedic: cannot write /dev/full: no space left on the device\n');
    expect(run.report().exitCode).toBe(2);
    expect(readFileSync(at('r.html'), 'utf8')).toMatch(/<\/html>\n$/);
  });

  test.skipIf(!existsSync('/dev/full'))(
    'standard error on a full disk, or with nobody who reads it: the same exit code',
    async () => {
      for (const [stderr, args, expected] of [
        ['2>/dev/full', `sql "${refused}" --need read`, 2],
        ['2>/dev/full', 'test --no-such-option', 64],
        ['2>&1 >/dev/null | true; exit ${PIPESTATUS[0]}', `sql "${refused}" --need read`, 2],
      ] as const) {
        const command = `"${process.execPath}" bin/pgmedic.js ${args} >/dev/null ${stderr}`;
        const code = await new Promise((resolve) => {
          spawn('bash', ['-c', command], { stdio: 'ignore' }).once('exit', resolve);
        });
        expect([stderr, args, code]).toEqual([stderr, args, expected]);
      }
    },
  );

  test.skipIf(!existsSync('/dev/full'))('standard output on a full disk', async () => {
    const code = await new Promise((resolve) => {
      const command = `"${process.execPath}" bin/pgmedic.js test "${refused}" --json > /dev/full 2> "${at('err')}"`;
      spawn('sh', ['-c', command], { stdio: 'ignore' }).once('exit', resolve);
    });
    expect(readFileSync(at('err'), 'utf8')).toBe('pgmedic: cannot write to standard output: ENOSPC\n');
    expect(code).toBe(64);
  });
});

test('an old report stays as it is when the new run is stopped', async () => {
  writeFileSync(at('r.json'), 'old');
  const run = await interrupted('SIGKILL', ['-o', `json=${at('r.json')}`]);
  expect(run.code).toBe(null);
  expect(readFileSync(at('r.json'), 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['r.json']);
});

test('a link stays a link, a mode stays a mode, and no link that lies ready is followed', async () => {
  writeFileSync(at('real.json'), 'old', { mode: 0o600 });
  symlinkSync(at('real.json'), at('link.json'));
  writeFileSync(at('victim'), 'precious');
  const child = spawn(process.execPath, [
    'bin/pgmedic.js',
    'test',
    refused,
    '-o',
    `json=${at('link.json')}`,
    '-o',
    `html=${at('r.html')}`,
  ]);
  // What a temporary name that can be foreseen would invite to.
  for (const name of [`r.html.${child.pid}.part`, `r.html.part`, '.r.html']) symlinkSync(at('victim'), at(name));
  await new Promise((resolve) => child.once('close', resolve));
  expect(lstatSync(at('link.json')).isSymbolicLink()).toBe(true);
  expect(JSON.parse(readFileSync(at('real.json'), 'utf8'))).toMatchObject({ exitCode: 2 });
  expect(statSync(at('real.json')).mode & 0o777).toBe(0o600);
  expect(readFileSync(at('victim'), 'utf8')).toBe('precious');
});

/** Runs against a server that says nothing and sends the signal once the connection stands. */
async function interrupted(signal: NodeJS.Signals, args: readonly string[]): Promise<CliRun> {
  const connected = new Promise((resolve) => silent.once('connection', resolve));
  const target = `postgres://app@127.0.0.1:${silentPort}/db`;
  const child = spawn(process.execPath, ['bin/pgmedic.js', 'test', target, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  await connected;
  child.kill(signal);
  const code = await closed;
  return { code, stdout, stderr, report: () => JSON.parse(stdout) as Report };
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, code) => {
  test(`ends with ${code}, one whole document, and nothing half on the disk`, async () => {
    const run = await interrupted(signal, ['--json', '-o', `junit=${at('r.xml')}`]);
    expect(run.code).toBe(code);
    expect(run.stderr).toBe(`pgmedic: stopped by ${signal}\n`);
    expect(run.report()).toMatchObject({ exitCode: code, verdict: { code: 'run-interrupted' } });
    expect(schemaErrors(run.report())).toEqual([]);
    expect(readdirSync(folder)).toEqual(['r.xml']);
    expect(readFileSync(at('r.xml'), 'utf8')).toMatch(/<failure type="run-interrupted"[\s\S]*<\/testsuites>\n$/);
  });

  test('reports to people what was seen until then, and where it was stopped', async () => {
    const run = await interrupted(signal, []);
    expect(run.code).toBe(code);
    expect(run.stdout).toMatch(/ok +tcp /);
    expect(run.stdout).toContain(`FAIL at tls: stopped by ${signal}`);
  });
});

test('| head ends quietly, with the code of the run', async () => {
  const command = `"${process.execPath}" bin/pgmedic.js test "${refused}" -o html 2>"${at('err')}"; echo $? >"${at('code')}"`;
  await new Promise((resolve) => {
    spawn('sh', ['-c', `{ ${command}; } | head -c 10 >/dev/null`], { stdio: 'ignore' }).once('exit', resolve);
  });
  await expect.poll(() => (existsSync(at('code')) ? readFileSync(at('code'), 'utf8') : '')).toBe('2\n');
  expect(readFileSync(at('err'), 'utf8')).toBe('');
});

test.each([
  [['-o', 'json', '-o', 'table'], 'both go to standard output'],
  [['--json', '-o', 'junit'], 'both go to standard output'],
  [['-o', 'json=a', '-o', 'html=a'], 'both go to a'],
])('%j: two documents in one place are refused', async (args, reason) => {
  const run = await runCli(['test', refused, ...args], { cwd: folder });
  expect(run.code).toBe(64);
  expect(run.stderr).toContain(reason);
  expect(readdirSync(folder)).toEqual([]);
});

test('what suits each other shares standard output', async () => {
  const run = await runCli(['test', refused, '-o', 'short', '-o', 'markdown', '-o', 'table']);
  expect(run.code).toBe(2);
  expect(run.stdout).toMatch(/^pgmedic test[\s\S]*## ❌ pgmedic test[\s\S]*FAIL at tcp/);
});

test('a pipe cuts nothing, unless COLUMNS says how wide it is', async () => {
  const name = `${'long_'.repeat(20)}name`;
  const target = `postgres://app@127.0.0.1:1/${name}`;
  const whole = await runCli(['test', target]);
  expect(whole.stdout).toMatch(new RegExp(String.raw`database\s+${name}\s+\(uri\)`));
  expect(whole.stdout).not.toContain('…');
  expect((await runCli(['test', target], { env: { COLUMNS: '80' } })).stdout).toContain('…');
});
