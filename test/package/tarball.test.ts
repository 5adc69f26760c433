import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

const ROOT = process.cwd();
let folder: string;
let files: readonly string[];
let server: PostgresServer;

/** Packs as npm would publish, and unpacks into an empty folder; only the dependencies are lent by this repository. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-tarball-'));
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { cwd: ROOT });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  const home = path.join(folder, 'node_modules/pgmedic');
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['xzf', path.join(folder, tarball), '-C', home, '--strip-components=1']);
  files = execFileSync('tar', ['tzf', path.join(folder, tarball)], { encoding: 'utf8' })
    .trim()
    .split('\n');
  const { dependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const modules = path.join(home, 'node_modules');
  mkdirSync(modules);
  // Only what is declared can be found: a dependency that is missing in package.json is missing here too.
  for (const name of Object.keys(dependencies))
    symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name));
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  server = await startPostgres();
  await server.sql(`create role app login password 'pw'; create table t (id int)`);
}, 120_000);
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const run = (script: readonly string[], env: Record<string, string> = {}) =>
  spawnSync(process.execPath, script, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env },
  });
const bin = 'node_modules/pgmedic/bin/pgmedic.js';

test('holds what it needs and nothing of how it is made', () => {
  const inside = files.map((file) => file.replace(/^package\//, ''));
  expect(inside).toEqual(
    expect.arrayContaining([
      ...['bin/pgmedic.js', 'dist/index.js', 'dist/index.d.ts', 'man/pgmedic.1', 'LICENSE'],
      ...['schema/report.v1.json', 'schema/config.v1.json'],
    ]),
  );
  expect(inside.filter((file) => /^(?:src|test|demo|\.ci|\.build)\/|\.map$|\.tsbuildinfo$/.test(file))).toEqual([]);
});

test('the command runs from there', () => {
  expect(run([bin, '--version']).stdout).toMatch(/^\d+\.\d+\.\d+/);
  const good = run([bin, 'test', server.uri('app', 'pw'), '--json']);
  expect(good.stderr).not.toMatch(/Error/);
  expect(JSON.parse(good.stdout)).toMatchObject({ exitCode: 0, command: 'test' });
  expect(run([bin, 'grants', server.uri('app', 'pw'), '--need', 'read', '-o', 'html']).stdout).toContain('</html>');
  expect(run([bin, 'completion', 'bash']).status).toBe(0);
  expect(run([bin, 'config', 'schema']).status).toBe(0);
});

test('an HTML report of the built command is whole: its script is not cut or renamed by the build', () => {
  const { stdout } = run([bin, 'grants', server.uri('app', 'pw'), '-o', 'html']);
  const script = /<script>\((function client\(\)[\s\S]*)\)\(\);<\/script>/.exec(stdout)?.[1] ?? '';
  expect(script.length).toBeGreaterThan(3000);
  const parsed = spawnSync(process.execPath, ['--check', '-'], { input: script, encoding: 'utf8' });
  expect(parsed.stderr).toBe('');
  expect(parsed.status).toBe(0);
});

test('the library does what the contract promises', () => {
  const script = `
    import { parseConninfo, resolveTarget, examine, grantsRequest, parseNeeds, TargetError } from 'pgmedic';
    const conninfo = process.env.CONNINFO;
    const resolved = resolveTarget({ conninfo, env: {} });
    const report = await examine(resolved, { grants: grantsRequest({ needs: parseNeeds('read'), filters: {} }) });
    let code = '';
    try { parseConninfo('postgres://h?nonsense=1'); } catch (error) { code = error instanceof TargetError ? error.code : 'other'; }
    console.log(JSON.stringify({ user: parseConninfo(conninfo).user, exitCode: report.exitCode, missing: report.grants.relations[0].missing, code, secret: String(resolved.secrets.password) }));`;
  const done = run(['--input-type=module', '-e', script], { CONNINFO: server.uri('app', 'pw') });
  expect(done.stderr).toBe('');
  expect(JSON.parse(done.stdout)).toEqual({
    ...{ user: 'app', exitCode: 1, missing: ['select'], code: 'target-uri-parameter-unknown', secret: '***' },
  });
});

test('its types hold for a consumer in strict TypeScript', () => {
  writeFileSync(
    path.join(folder, 'consumer.ts'),
    `import { examine, parseConninfo, resolveTarget, type Report } from 'pgmedic';
const values: Readonly<Record<string, string>> = parseConninfo('host=h');
const report: Report = await examine(resolveTarget({ conninfo: values['host'] ?? '', env: {} }), { timeoutMs: 1000 });
const code: number = report.exitCode;
// @ts-expect-error: a report has no such key
report.nonsense;
export { code };
`,
  );
  const tsc = path.join(ROOT, 'node_modules/.bin/tsc');
  const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck', '--types', ''];
  const done = spawnSync(tsc, [...flags, 'consumer.ts'], { cwd: folder, encoding: 'utf8' });
  expect(done.stdout).toBe('');
  expect(done.status).toBe(0);
});
