import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { commandTree } from '../../src/cli/command-tree.ts';
import { buildProgram } from '../../src/cli/program.ts';

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly runs: {
    readonly steps: readonly { readonly run: string; readonly env: Readonly<Record<string, string>> }[];
  };
}

const read = (file: string): string => readFileSync(file, 'utf8');
const action = parse(read('action.yml')) as Action;
const [step] = action.runs.steps;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-action-'));
  mkdirSync(path.join(folder, 'bin'));
  // What `npx --yes pgmedic@VERSION …` would run, with its arguments written down.
  writeFileSync(
    path.join(folder, 'bin/npx'),
    `#!/bin/sh\nprintf '%s\\n' "$@" > "${folder}/argv"\nenv > "${folder}/env"\nshift 2\nexec "${process.execPath}" "${process.cwd()}/bin/pgmedic.js" "$@"\n`,
  );
  chmodSync(path.join(folder, 'bin/npx'), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the action's step as the runner does: inputs filled into the variables, the script handed to bash. */
function runStep(inputs: Readonly<Record<string, string>>): { code: number | null; stdout: string; output: string } {
  const given = (text: string): string =>
    text.replaceAll(
      /\$\{\{ inputs\.([\w-]+) \}\}/g,
      (_, name: string) => inputs[name] ?? action.inputs[name]?.default ?? '',
    );
  const env = Object.fromEntries(Object.entries(step?.env ?? {}).map(([name, value]) => [name, given(value)]));
  const output = path.join(folder, 'output');
  writeFileSync(output, '');
  const done = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', step?.run ?? ''], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...env,
      ...{
        PATH: `${folder}/bin:${process.env['PATH'] ?? ''}`,
        HOME: folder,
        GITHUB_OUTPUT: output,
        GITHUB_ACTIONS: 'true',
      },
    },
  });
  return { code: done.status, stdout: done.stdout + done.stderr, output: read(output) };
}

describe('action.yml', () => {
  test('no input is ever a part of the script', () => {
    expect(step?.run).not.toContain('${{');
  });

  test('a secret goes through the environment: not in an argument, not in the log but to be masked', () => {
    const url = 'postgres://app:s3cret-pw@127.0.0.1:1/db';
    const done = runStep({ 'database-url': url });
    expect(done.code).toBe(2);
    expect(done.output).toBe('exit-code=2\n');
    expect(read(path.join(folder, 'argv'))).not.toContain('s3cret');
    expect(done.stdout.replace(`::add-mask::${url}\n`, '')).not.toContain('s3cret');
    expect(read(path.join(folder, 'env')).match(/s3cret/g)).toHaveLength(1);
    expect(done.stdout).toContain('::error title=pgmedic%3A tcp-refused::');
  });

  test('needs, more arguments line by line, reports in a folder', () => {
    const hostile = '$(touch hacked) `touch hacked`; touch hacked';
    const done = runStep({
      ...{
        'database-url': 'postgres://app@127.0.0.1:1/db',
        command: 'grants',
        need: 'read,write',
        report: 'out/reports',
      },
      args: `--schema\n${hostile}\n--strict\n`,
    });
    expect(done.code).toBe(2);
    expect(read(path.join(folder, 'argv')).split('\n')).toEqual(
      expect.arrayContaining(['pgmedic@latest', 'grants', '--need', 'read,write', '--schema', hostile, '--strict']),
    );
    expect(read(path.join(folder, 'out/reports/pgmedic.xml'))).toContain('</testsuites>');
    expect((JSON.parse(read(path.join(folder, 'out/reports/pgmedic.json'))) as { exitCode: number }).exitCode).toBe(2);
    expect(() => read(path.join(folder, 'hacked'))).toThrow(/ENOENT/);
  });
});

test('the pre-commit hook names a command that exists, for the files that it checks', async () => {
  const [hook] = parse(read('.pre-commit-hooks.yaml')) as { entry: string; files: string; language: string }[];
  const [program, group, command] = (hook?.entry ?? '').split(' ');
  expect(program).toBe('pgmedic');
  const tree = commandTree(await buildProgram());
  const config = tree.commands.find(({ name }) => name === group);
  expect(config?.commands.map(({ name }) => name)).toContain(command);
  const files = new RegExp(hook?.files ?? '');
  expect(
    ['pgmedic.yaml', 'a/b/pgmedic.yml', 'xpgmedic.yaml', 'pgmedic.yaml.bak'].map((file) => files.test(file)),
  ).toEqual([...[true, true, false, false]]);
});

test('the image runs without root, and copies only what the repository has', () => {
  const lines = read('Dockerfile').split('\n');
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM')));
  expect(last.findIndex((line) => /^USER [1-9]\d*:/.test(line))).toBeGreaterThan(0);
  expect(last.findIndex((line) => line.startsWith('USER'))).toBeLessThan(
    last.findIndex((line) => line.startsWith('ENTRYPOINT')),
  );
  const copied = last.flatMap((line) => /^COPY --from=build \/build\/(\S+)/.exec(line)?.[1] ?? []);
  const { files } = JSON.parse(read('package.json')) as { files: readonly string[] };
  const needed = files.filter((file) => !file.startsWith('!') && file !== 'man');
  expect(copied).toEqual(expect.arrayContaining([...needed, 'package.json', 'node_modules']));
});
