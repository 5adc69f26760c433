import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = process.cwd();
/** What is no source: made, installed, or the repository's own. */
const NOT_SOURCE = /^(?:node_modules|dist|\.git|\.build|coverage|.*\.tgz|.*\.tsbuildinfo)$/;

/** Builds and packs a copy of the sources in a place, a time zone and a language of its own; gives the tarball's SHA-256. */
function pack(at: string, env: Readonly<Record<string, string>>): string {
  mkdirSync(at, { recursive: true });
  for (const name of readdirSync(ROOT)) {
    if (NOT_SOURCE.test(name) || name === 'test') continue;
    // The times of the files are those of the copy.
    cpSync(path.join(ROOT, name), path.join(at, name), { recursive: true });
  }
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(at, 'node_modules'));
  const options = { cwd: at, env: { PATH: process.env['PATH'] ?? '', HOME: at, ...env }, stdio: 'pipe' } as const;
  execFileSync('npm', ['run', 'build'], options);
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent'], options);
  const tarball = readdirSync(at).find((name) => name.endsWith('.tgz')) ?? '';
  return createHash('sha256')
    .update(readFileSync(path.join(at, tarball)))
    .digest('hex');
}

test('the same sources give the same package, byte for byte, wherever and whenever it is made', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-reproducible-'));
  try {
    const here = pack(path.join(folder, 'a'), { TZ: 'UTC', LANG: 'C' });
    const elsewhere = pack(path.join(folder, 'somewhere/else entirely'), { TZ: 'Asia/Tokyo', LANG: 'de_DE.UTF-8' });
    expect(elsewhere).toBe(here);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 180_000);
