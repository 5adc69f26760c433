import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GRANTS_CODES } from '../../src/grants/codes.ts';
import { buildReport } from '../../src/report/build.ts';
import type { Args, CodeWords, Finding } from '../../src/report/finding.ts';
import { LateFinding, isGap, kindOf, plainReport } from '../../src/report/late-finding.ts';
import type { Report } from '../../src/report/report.ts';
import { jsonPieces } from '../render/json-text.ts';
import { HOSTILE, SAMPLE } from '../render/sample-report.ts';

class Late extends LateFinding {
  #words: CodeWords | null = null;
  readonly #args: Args;

  constructor(args: Args) {
    super();
    this.#args = args;
  }

  readonly code = 'no-privilege';
  readonly stage = 'grants';
  readonly severity = 'error';

  get words(): CodeWords {
    if (this.#words === null) throw new Error('no words');
    return this.#words;
  }

  withWords(words: CodeWords): this {
    this.#words = words;
    return this;
  }

  get kind(): string {
    return String(this.#args['kind']);
  }

  get args(): Args {
    return { ...this.#args };
  }
}

const argsOf = (object: string): Args => ({
  ...{ role: 'app', privilege: 'SELECT', object, owner: 'owner', sqlObject: object, sqlRole: 'app' },
  ...{ schema: 's', name: object, kind: 'relation', needs: 'read', closes: `${object} select` },
});

function reportOf(findings: readonly Finding[]): Report {
  return buildReport({
    ...{ command: 'grants', version: '1.2.3', startedAt: new Date(0), durationMs: 1, target: SAMPLE.target },
    ...{ connected: true, strict: false, reportOnly: false, allGood: '', catalogue: GRANTS_CODES },
    drafts: [{ id: 'grants', stage: 'grants', title: 'the role holds what is needed', findings }],
  });
}

const late = (args: readonly Args[]): Report => reportOf(args.map((each) => new Late(each)));
/** The same findings made at once. */
const eager = (args: readonly Args[]): Report =>
  reportOf(args.map((each) => ({ code: 'no-privilege', stage: 'grants', severity: 'error', args: each })));

const SOME = [argsOf('s.a'), argsOf(HOSTILE.github)];

test('the library’s report is plain: it can be compared, cloned and spread', () => {
  const report = plainReport(late(SOME));
  expect(report).toStrictEqual(eager(SOME));
  expect(structuredClone(report)).toStrictEqual(report);
  expect({ ...report.findings[0] }).toStrictEqual(eager(SOME).findings[0]);
  // One finding is one object, in both lists.
  expect(report.results[0]?.findings[0]).toBe(report.findings[0]);
});

test('what is read of a late finding is what the plain one says', () => {
  const [report, plain] = [late(SOME), eager(SOME)];
  expect(JSON.stringify(report)).toBe(JSON.stringify(plain));
  for (const [at, finding] of report.findings.entries()) {
    const { code, severity, stage, message, fix, docs, raw, args } = finding;
    expect({ code, severity, stage, message, fix, docs, raw, args }).toStrictEqual(plain.findings[at]);
    expect([kindOf(finding), isGap(finding)]).toEqual(['relation', true]);
  }
  expect([report.verdict, report.counts, report.exitCode]).toStrictEqual([plain.verdict, plain.counts, plain.exitCode]);
});

test('very many as JSON: the bytes are those of the plain ones, whatever the names', () => {
  const value = fc.oneof(
    fc.constantFrom(
      ...Object.values(HOSTILE),
      '##',
      '[',
      '',
      's.plain',
      `it's`,
      '$(x)',
      '`x`',
      '\ud800',
      '\udc00',
      '\u2028',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.string({ maxLength: 20 }),
  );
  const args = fc
    .record({
      object: value,
      owner: value,
      role: value,
      schema: value,
      closes: value,
      more: fc.oneof(value, fc.integer()),
    })
    .map((each): Args => ({ ...argsOf(each.object), ...each }));
  fc.assert(
    fc.property(fc.array(args, { minLength: 101, maxLength: 110 }), (all) => {
      const [ours, theirs] = [jsonPieces(late(all)), jsonPieces(eager(all))];
      expect(Buffer.concat(ours).equals(Buffer.concat(theirs))).toBe(true);
    }),
    { numRuns: 60 },
  );
});
