import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { network, namespace } from './beds/network.ts';
import { afterLogin } from './beds/after-login.ts';
import { availability } from './beds/availability.ts';
import { bastion } from './beds/bastion.ts';
import { login13, login18 } from './beds/login.ts';
import { haproxy, pgbouncer } from './beds/poolers.ts';
import { state } from './beds/state.ts';
import { tlsProxies } from './beds/tls-proxies.ts';
import { words } from './beds/words.ts';
import { peers } from './beds/peers.ts';
import { tls } from './beds/tls.ts';
import { type Bed, meet, SECRET, type Said } from './fault.ts';
import { tableBefore, tableOf } from './table.ts';

const BEDS = [
  network,
  namespace,
  peers,
  tls,
  login18,
  login13,
  availability,
  state,
  pgbouncer,
  haproxy,
  words,
  bastion,
  afterLogin,
  tlsProxies,
];

/** Node's stack lines. */
const STACK = /\n\s+at .*[:(]\d+/;

/** The verdict of a run that failed; of one that went through, the finding that the fault is about, if it is there. */
function told({ fault, report, exit }: Said): { stage: string | null; code: string | null; exit: number | null } {
  if (fault.exit === undefined) return { stage: report.verdict.stage, code: report.verdict.code, exit };
  const found = report.findings.find(({ code, stage }) => code === fault.code && stage === fault.stage);
  return { stage: found?.stage ?? null, code: found?.code ?? null, exit };
}

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
      expect.soft(told(outcome), fault.title).toEqual({ stage: fault.stage, code: fault.code, exit: fault.exit ?? 2 });
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
    expect(said).not.toHaveLength(0);
    const now = tableOf(source.title, said);
    expect(tableBefore(source.title, now)).toBe(now);
  });
});
