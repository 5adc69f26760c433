import { expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { columns } from '../../src/render/columns.ts';
import { runCli } from '../support/run-cli.ts';

/** Lines that do not fit 80 columns, but for commands, which must stay pasteable. */
const tooWide = (text: string): string[] =>
  text.split('\n').filter((line) => columns(line) > 80 && !/^(?: +|set up: )pgmedic /.test(line));

test.each([[['explain']], [['profiles']], [['profiles', 'dbt']], [['profiles', 'fivetran']]])(
  '%j breaks its prose between words',
  async (args) => {
    expect(tooWide((await runCli(args, { env: { COLUMNS: '80' } })).stdout)).toEqual([]);
    expect((await runCli(args)).stdout).not.toMatch(/^ {20,}\S/m); // a pipe has no width: each entry is one line
  },
);

test('the help breaks its prose between words', async () => {
  const program = await buildProgram();
  for (const each of [program, ...program.commands]) {
    let text = '';
    each.configureOutput({ getOutHelpWidth: () => 80, writeOut: (part) => (text += part) }).outputHelp();
    expect(tooWide(text)).toEqual([]);
  }
});
