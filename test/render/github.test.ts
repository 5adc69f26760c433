import { expect, test } from 'vitest';
import { renderGithub } from '../../src/render/github.ts';
import { largeReport } from './large-report.ts';
import { SAMPLE } from './sample-report.ts';

/** What the runner does with a line: the command, its properties and message, or null (actions/runner, ActionCommand). */
function command(line: string): { kind: string; title: string; message: string } | null {
  const match = /^\s*::(\w+)(?: title=([^:,]*))?::(.*)$/.exec(line);
  if (match === null) return null;
  const decode = (text: string): string =>
    text
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%25', '%');
  return { kind: match[1] ?? '', title: decode(match[2] ?? ''), message: decode(match[3] ?? '') };
}

test('every line is one command, and no name makes another', () => {
  const lines = renderGithub(SAMPLE).trimEnd().split('\n');
  const commands = lines.map(command);
  expect(commands.every((each) => each !== null)).toBe(true);
  expect(commands.map((each) => each?.kind)).toEqual([...Array.from({ length: 6 }, () => 'error'), 'warning']);
  expect(commands.at(-2)?.message).toContain(
    String.raw`x\n::error::forged%0A::stop-commands::y,title=z:w\r\n#\x23[group]`,
  );
  expect(commands[0]).toEqual({
    kind: 'error',
    title: 'pgmedic: no-privilege',
    message:
      'role app does not have SELECT on public.orders\nFix: Let owner_role run: GRANT SELECT ON "public"."orders" TO app;',
  });
});

test('at most ten of a kind, the last of which says how many more there are', () => {
  const lines = renderGithub(largeReport(300)).trimEnd().split('\n');
  expect(lines).toHaveLength(10);
  expect(lines.at(-1)).toBe('::error title=pgmedic::91 more like these: see the summary of this job');
});

test('a run with nothing to tell leaves one notice', () => {
  const { verdict } = SAMPLE;
  const report = {
    ...SAMPLE,
    findings: [],
    verdict: { ...verdict, status: 'pass', message: 'all 100% well' },
  } as const;
  expect(renderGithub(report)).toBe(
    '::notice title=pgmedic grants::all 100%25 well app@db.example.com:5432/analytics\n',
  );
});
