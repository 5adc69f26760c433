import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../src/checks/catalogue.ts';
import { CHECKS } from '../../src/checks/index.ts';
import { selectableIds } from '../../src/checks/selection.ts';
import { bashCompletion } from '../../src/cli/completion-bash.ts';
import { fishCompletion } from '../../src/cli/completion-fish.ts';
import { zshCompletion } from '../../src/cli/completion-zsh.ts';
import { type TreeCommand, commandTree } from '../../src/cli/command-tree.ts';
import { EXAMPLES } from '../../src/cli/examples.ts';
import { manPage } from '../../src/cli/man-page.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { NEED_WORDS } from '../../src/grants/needs.ts';
import { PROFILES } from '../../src/profiles/index.ts';
import { AUTH_METHODS, VALUES_OF } from '../../src/target/validate.ts';
import { runCli } from '../support/run-cli.ts';

const tree = commandTree(await buildProgram());
const every = (command: TreeCommand): TreeCommand[] => [command, ...command.commands.flatMap(every)];
const commands = every(tree);
const options = [...new Set(commands.flatMap((command) => command.options.map(({ long }) => long)))];

const MAN = new URL('../../man/pgmedic.1', import.meta.url);

/** After a change of an option: `npx vitest run test/cli/completion -u` writes the page anew. */
test('the man page is the one that the tree gives', async () => {
  await expect(manPage(tree)).toMatchFileSnapshot(MAN.pathname);
});

test('the man page is ASCII, as roff reads it', () => {
  expect(manPage(tree)).not.toMatch(/[^\0-\x7f]/);
});

test('there are enough commands and options to speak of', () => {
  expect(tree.commands.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['test', 'grants', 'sql', 'tunnel', 'explain', 'config', 'completion']),
  );
  expect(options.length).toBeGreaterThan(50);
});

test.each([
  ['bash', bashCompletion(tree)],
  ['zsh', zshCompletion(tree)],
  ['fish', fishCompletion(tree)],
])('%s knows every value of the tables by which values are judged', (_, text) => {
  const words = new Set(text.split(/[^\w.-]+/));
  const tables = [
    ...Object.keys(CATALOGUE),
    ...PROFILES.map(({ name }) => name),
    ...Object.keys(NEED_WORDS),
    ...selectableIds(CHECKS),
    ...(VALUES_OF['sslmode'] ?? []),
    ...AUTH_METHODS,
  ];
  expect(tables.filter((word) => !words.has(word))).toEqual([]);
});

describe.each<[string, string, (option: string) => string]>([
  ['man', manPage(tree).replaceAll(String.raw`\-`, '-'), (option) => `\\fB${option}\\fR`],
  ['bash', bashCompletion(tree), (option) => option],
  ['zsh', zshCompletion(tree), (option) => option],
  ['fish', fishCompletion(tree), (option) => ` -l ${option.slice(2)} `],
])('%s lists', (name, text, spelled) => {
  test('every command', () => {
    const missing = commands.filter((command) => !text.includes(command.name));
    expect(missing.map((command) => command.name)).toEqual([]);
  });

  test('every option', () => {
    const told = name === 'man' ? options.filter((option) => !['--help', '--version'].includes(option)) : options;
    expect(told.filter((option) => !text.includes(spelled(option)))).toEqual([]);
  });
});

test.each(commands.map((command) => [command.name, command] as const))(
  'the help of %s begins with examples',
  async (name) => {
    const where = commands.find((command) => command.commands.some((each) => each.name === name));
    const words = where === undefined || where === tree ? [name] : [where.name, name];
    const run = await runCli([...words.filter((word) => word !== 'pgmedic'), '--help']);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain(`Usage: pgmedic ${words.filter((word) => word !== 'pgmedic').join(' ')}`.trimEnd());
    expect(run.stdout.startsWith('Examples:')).toBe(EXAMPLES[name] !== undefined);
    const told = commands.find((command) => command.name === name)?.options ?? [];
    expect(told.filter(({ long }) => !run.stdout.includes(long))).toEqual([]);
  },
);

test('every example is a command that the parser takes', async () => {
  const lines = Object.values(EXAMPLES)
    .flat()
    .map(([command]) => command);
  const words = lines.flatMap((line) => line.split(' ')).filter((word) => word.startsWith('--') && word !== '--');
  expect(words.filter((word) => !options.includes(word))).toEqual([]);
});

/** What bash offers at the end of a line. */
function complete(line: string): string[] {
  const words = line.split(' ');
  const script = `${bashCompletion(tree)}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length - 1} _pgmedic
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const run = spawnSync(
    'bash',
    ['-c', script.replace(/^COMP_WORDS=(.*) COMP_CWORD=(\d+) _pgmedic$/m, 'COMP_WORDS=$1; COMP_CWORD=$2; _pgmedic')],
    { encoding: 'utf8' },
  );
  expect(run.stderr).toBe('');
  return run.stdout.split('\n').filter((word) => word !== '');
}

describe('bash offers', () => {
  test.each([
    ['pgmedic te', ['test']],
    ['pgmedic grants --exc', ['--exclude-schema', '--exclude-table']],
    ['pgmedic test -o j', ['json', 'junit']],
    ['pgmedic test --color ', ['auto', 'always', 'never']],
    ['pgmedic test --json -o mark', ['markdown']],
    ['pgmedic config ch', ['check']],
    ['pgmedic completion ', ['bash', 'zsh', 'fish']],
    ['pgmedic explain tls-no', ['tls-not-encrypted', 'tls-not-offered', 'tls-not-tls']],
    ['pgmedic profiles da', ['dagster']],
    ['pgmedic grants --profile neo', ['neosync-source', 'neosync-destination']],
    ['pgmedic grants --need trunc', ['truncate', 'truncate-cascade']],
    ['pgmedic grants --need read,trunc', ['read,truncate', 'read,truncate-cascade']],
    ['pgmedic grants --max no', ['none']],
    ['pgmedic test --only server.vers', ['server.version']],
    ['pgmedic test --sslmode ver', ['verify-ca', 'verify-full']],
    ['pgmedic test --target-session-attrs p', ['primary', 'prefer-standby']],
    ['pgmedic test --host ', []],
    ['pgmedic test --nosuch', []],
  ])('%s', (line, expected) => {
    expect(complete(line)).toEqual(expected);
  });
});

describe('the other shells read their script', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-completion-'))));
  afterAll(() => rmSync(folder, { recursive: true }));
  const absent = (shell: string): boolean => spawnSync(shell, ['--version']).status !== 0;

  // Debian package `zsh`.
  test.skipIf(absent('zsh'))('zsh', () => {
    writeFileSync(path.join(folder, '_pgmedic'), zshCompletion(tree));
    const script = `fpath=(${folder} $fpath); autoload -Uz compinit; compinit -u -d ${folder}/dump; autoload +X _pgmedic && _pgmedic 2>&1; whence -w _pgmedic_grants`;
    const run = spawnSync('zsh', ['-f', '-c', script], { encoding: 'utf8' });
    expect(run.stdout).toContain('_pgmedic_grants: function');
    expect(run.stdout + run.stderr).not.toMatch(/parse error|bad pattern|not found/);
  });

  // Debian package `fish`.
  test.skipIf(absent('fish'))('fish, and offers what bash does', () => {
    const file = path.join(folder, 'pgmedic.fish');
    writeFileSync(file, fishCompletion(tree));
    const offered = (line: string): string[] => {
      const run = spawnSync('fish', ['--no-config', '-c', `source ${file}; complete -C '${line}'`], {
        encoding: 'utf8',
        env: { ...process.env, HOME: folder },
      });
      expect(run.stderr).toBe('');
      return run.stdout
        .split('\n')
        .map((each) => each.split('\t')[0] ?? '')
        .filter((each) => each !== '');
    };
    expect(offered('pgmedic te')).toEqual(['test']);
    expect(offered('pgmedic grants --exclude-s')).toEqual(['--exclude-schema']);
    expect(offered('pgmedic test -o ju')).toEqual(['junit']);
    expect(offered('pgmedic config ')).toEqual(['check', 'schema']);
    expect(offered('pgmedic completion ')).toEqual(['bash', 'fish', 'zsh']);
    expect(offered('pgmedic explain tls-not-o')).toEqual(['tls-not-offered']);
    expect(offered('pgmedic profiles da')).toEqual(['dagster']);
    expect(offered('pgmedic test --sslmode ver')).toEqual(['verify-ca', 'verify-full']);
    expect(offered('pgmedic grants --need trunc')).toEqual(['truncate', 'truncate-cascade']);
  });
});

test('the command prints the script and nothing else', async () => {
  const run = await runCli(['completion', 'fish']);
  expect(run).toMatchObject({ code: 0, stderr: '', stdout: fishCompletion(tree) });
  expect((await runCli(['completion', 'tcsh'])).code).toBe(64);
});

test.each([
  [['tset'], 'Did you mean test?'],
  [['grants', '--nee', 'read'], 'Did you mean --need?'],
  [['test', '-o', 'jsno'], 'Did you mean json?'],
  [['grants', 'host=h', '--need', 'trunate'], 'did you mean "truncate"?'],
  [['grants', 'host=h', '--need', 'raed'], 'unknown need "raed"; did you mean "read"?'],
  [['grants', 'host=h', '--max', 'raed'], '--max: unknown right "raed"; did you mean "read"?'],
  [['help', 'tets'], 'there is no command tets; did you mean test?'],
  [['help', 'nope'], 'there is no command nope; known: test, grants'],
  [['completion', 'powershell'], "the shell 'powershell' is not known. Allowed choices are bash, zsh, fish."],
  [['test', '-h'], 'the help is --help'],
  [['test', 'host=h', '--wait', '3x'], "option '--wait [duration]': the value is invalid. Give a duration"],
  [['tunnel', 'host=h', '--ssh', 'b', '--local-port', 'abc'], '--local-port: not a port: abc'],
  [['tunnel', 'host=h', '--ssh', 'b', '--port', 'abc'], '--port: not a port: abc'],
])('%j: did you mean', async (args, hint) => {
  const run = await runCli(args);
  expect(run.code).toBe(64);
  expect(run.stderr).toContain(hint);
});
