import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bastion } from './beds/bastion.ts';
import { network, namespace } from './beds/network.ts';
import { availability, login13, login18 } from './beds/login.ts';
import { peers } from './beds/peers.ts';
import { tls } from './beds/tls.ts';
import { type Bed, meet, SECRET, type Said } from './fault.ts';
import { compareTable } from './table.ts';

const BEDS = [network, namespace, peers, tls, login18, login13, availability, bastion];

/** Node's stack lines. */
const STACK = /\n\s+at .*[:(]\d+/;

describe.each(BEDS)('$title', (source) => {
  let bed: Bed;
  const said: Said[] = [];
  beforeAll(async () => {
    if (source.missing === null) bed = await source.lay();
  });
  afterAll(async () => {
    if (source.missing === null) await bed.stop();
  });

  test.skipIf(source.missing !== null)('every fault gets its stage and its code', async () => {
    for (const fault of bed.faults) {
      const outcome = await meet(fault);
      said.push(outcome);
      const { report } = outcome;
      if (fault.exit === undefined) {
        expect.soft({ stage: report.verdict.stage, code: report.verdict.code }, fault.title).toEqual({
          stage: fault.stage,
          code: fault.code,
        });
        expect.soft(outcome.exit, fault.title).toBe(2);
      } else {
        const found = report.findings.filter(({ code }) => code === fault.code).map(({ stage }) => stage);
        expect
          .soft(found, `${fault.title}: ${report.findings.map(({ code }) => code).join(' ')}`)
          .toContain(fault.stage);
        expect.soft(outcome.exit, fault.title).toBe(fault.exit);
      }
    }
  });

  test.skipIf(source.missing !== null)('no stack, no secret, no bug', () => {
    expect(said.length).toBe(bed.faults.length);
    for (const { fault, stdout, stderr } of said) {
      expect.soft(stdout + stderr, fault.title).not.toContain(SECRET);
      expect.soft(stdout + stderr, fault.title).not.toMatch(STACK);
      expect.soft(stderr, fault.title).not.toContain('bug');
      expect.soft(stdout, fault.title).not.toContain('internal-unknown-failure');
    }
  });

  test.skipIf(source.missing !== null)('docs/faults.md says the same', () => {
    compareTable(source.title, said);
  });
});
