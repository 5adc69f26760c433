import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonText } from '../render/json-text.ts';
import { largeReport } from '../render/large-report.ts';

const report = largeReport(5000);
const whole = jsonText(report);

/** Prints a report of several megabytes, read from a file, to the outputs that the arguments name. */
const PROGRAM = `
  import { readFileSync } from 'node:fs';
  import { openOutputs } from '${path.resolve('dist/cli/output.js')}';
  process.stdout.on('error', () => {}); // as the command does
  const [file, ...outputs] = process.argv.slice(1);
  const look = { width: 80, unicode: false, verbosity: 'verbose', paint: {} };
  await openOutputs(outputs.map((each) => JSON.parse(each)), {}).emit(JSON.parse(readFileSync(file)), async () => look);
`;

let folder: string;
const at = (name: string): string => path.join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-large-'));
  writeFileSync(at('report'), JSON.stringify(report));
});
afterAll(() => rmSync(folder, { recursive: true }));

const argv = (...outputs: readonly object[]): string[] => [
  ...['--input-type=module', '-e', PROGRAM, at('report')],
  ...outputs.map((each) => JSON.stringify(each)),
];
const toStdout = { format: 'json', file: null };

test('a slow reader gets every byte, a file beside it too', async () => {
  const file = { format: 'json', file: at('r.json') };
  const child = spawn(process.execPath, argv(file, toStdout), { stdio: ['ignore', 'pipe', 'inherit'] });
  const code = new Promise((resolve) => child.once('close', resolve));
  const chunks: Buffer[] = [];
  let slept = 0;
  for await (const chunk of child.stdout) {
    chunks.push(chunk as Buffer);
    if ((slept += 1) % 10 === 0) await setTimeout(5);
  }
  expect(await code).toBe(0);
  expect(Buffer.concat(chunks).toString() === whole).toBe(true);
  expect(readFileSync(at('r.json'), 'utf8') === whole).toBe(true);
  expect(readdirSync(folder).toSorted()).toEqual(['r.json', 'report']);
});

test('a reader that leaves in the middle ends it quietly', async () => {
  const child = spawn(process.execPath, argv(toStdout), { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = new Promise((resolve) => child.once('close', resolve));
  child.stdout.once('data', () => child.stdout.destroy());
  expect(await code).toBe(0);
  expect(stderr).toBe('');
});
