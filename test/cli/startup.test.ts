import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { hasSshd, startSshd, throughSshd } from '../support/sshd.ts';

const run = promisify(execFile);

let server: PostgresServer;
let folder: string;
let preload: string;

beforeAll(async () => {
  server = await startPostgres();
  await server.sql(`create role app login password 'secret'`);
  folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-startup-'));
  preload = path.join(folder, 'loaded.cjs');
  // What was loaded of ours, and of Node's own modules beyond those that it starts with.
  writeFileSync(
    preload,
    `const before = new Set(process.moduleLoadList);
     const vm = require('vm');
     const compiled = [];
     vm.Script = class extends vm.Script {
       constructor(code, options) {
         super(code, options);
         compiled.push([require('path').basename(options.filename), this.cachedDataRejected]);
       }
     };
     process.on('exit', () => {
       const own = Object.keys(require.cache).filter((file) => file !== __filename).map((file) => require('path').basename(file));
       const node = process.moduleLoadList.filter((name) => !before.has(name)).map((name) => name.replace('NativeModule ', ''));
       require('fs').writeSync(2, JSON.stringify({ own, node, compiled }));
     });`,
  );
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

interface Loaded {
  readonly own: readonly string[];
  readonly node: readonly string[];
  /** Chunks for which there was compiled code, and whether V8 refused it. */
  readonly compiled: readonly (readonly [string, boolean])[];
}

const loadedBy = (...args: readonly string[]): Promise<Loaded> => loadedUnder([], args);

async function loadedUnder(flags: readonly string[], args: readonly string[]): Promise<Loaded> {
  const { stderr } = await run(process.execPath, [...flags, '--require', preload, 'bin/pgmedic.js', ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', PGPASSWORD: 'secret' },
  });
  return JSON.parse(stderr) as Loaded;
}

const place = (): readonly string[] => ['-h', '127.0.0.1', '-p', String(server.port), '-U', 'app', '-d', 'postgres'];

test('--version loads nothing but the version', async () => {
  const { own, node } = await loadedBy('--version');
  expect(own).toEqual(['pgmedic.js', 'main.cjs', 'version.cjs']);
  expect(node.filter((name) => /^(net|stream|crypto|child_process|tls)$/.test(name))).toEqual([]);
});

test('a run that succeeds loads one chunk for each moment, and nothing for grants, bastions or failures', async () => {
  const { own, node } = await loadedBy('test', ...place());
  expect(node.filter((name) => /^(child_process|dgram|dns|perf_hooks|readline|tls|zlib)$/.test(name))).toEqual([]);
  expect(own).toEqual([
    ...['pgmedic.js', 'main.cjs', 'version.cjs'],
    ...['start.cjs', 'rolldown-runtime.cjs', 'after-login.cjs', 'table.cjs'],
  ]);
});

test('grants add their own chunks, and still nothing for bastions or failures', async () => {
  const { own, node } = await loadedBy('grants', ...place());
  expect(own).toContain('grants.cjs');
  expect(own.filter((name) => /failure|route|ora|lib|config/.test(name))).toEqual([]);
  expect(node).not.toContain('zlib');
});

test.skipIf(!hasSshd)('a tunnel loads nothing for failures, grants or checks (Debian: openssh-server)', async () => {
  const sshd = await startSshd();
  try {
    const { own } = await loadedBy('tunnel', ...place(), ...throughSshd(sshd), '-q', '--', 'true');
    expect(own.filter((name) => name.endsWith('.cjs'))).toEqual([
      ...['main.cjs', 'version.cjs', 'start.cjs', 'rolldown-runtime.cjs'],
      ...['tunnel.cjs', 'route.cjs', 'lib.cjs'],
    ]);
  } finally {
    await sshd.stop();
  }
});

test('no chunk is compiled again', async () => {
  const { own, compiled } = await loadedBy('grants', ...place());
  const chunks = own.filter((name) => name.endsWith('.cjs'));
  expect(chunks.length).toBeGreaterThan(4);
  expect(compiled.map(([name]) => name)).toEqual(chunks);
  expect(compiled.filter(([, refused]) => refused)).toEqual([]);
});

test('where V8 refuses the compiled code the chunks are compiled', async () => {
  const { own, compiled } = await loadedUnder(['--no-opt'], ['grants', ...place()]);
  expect(own).toContain('grants.cjs');
  // One refusal is enough to know.
  expect(compiled.map(([, refused]) => refused)).toEqual([true]);
});
