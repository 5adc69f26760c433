import { defineCodes, type Finding } from '../report/finding.ts';
import type { Closed, Gap } from './gap.ts';
import { compilePattern } from './pattern.ts';

/** A gap that someone knows and accepts for a time. */
export interface Acceptance {
  /** Regular expression on a whole entry of `closes`, such as `public\.audit delete`. */
  readonly gap: string;
  readonly reason: string;
  /** The last day on which it holds, as `2026-12-31` (UTC). */
  readonly until: string;
}

export const ACCEPTANCE_CODES = defineCodes({
  'gap-accepted': {
    severity: 'info',
    title: 'a gap that is accepted',
    message: 'accepted until {until}: {what} ({reason})',
    fix: '',
  },
  'acceptance-expired': {
    severity: 'warning',
    title: 'an acceptance has run out',
    message: 'the acceptance of {pattern} ended on {until} ({reason}), and its gaps count again',
    fix: 'Close the gaps, or give `until` of this acceptance in pgmedic.yaml a later day.',
  },
  'acceptance-unused': {
    severity: 'info',
    title: 'an acceptance that accepts nothing',
    message: 'nothing is missing that the acceptance of {pattern} speaks of ({reason})',
    fix: 'Take it out of pgmedic.yaml.',
  },
});

export interface Accepted {
  /** Gaps, or the parts of gaps, that still count. */
  readonly gaps: readonly Gap[];
  /** What is accepted, told by its acceptance. */
  readonly findings: readonly Finding[];
  /** What is accepted of what gaps stand in the way of. */
  readonly closed: readonly Closed[];
}

/** Beyond this many entries the rest is told by number. */
const NAMED_UP_TO = 5;

/**
 * Takes out what is accepted. A gap that also stands in the way of something else stays, with that alone.
 * @param today as `2026-12-31`, UTC
 */
export function acceptGaps(gaps: readonly Gap[], acceptances: readonly Acceptance[], today: string): Accepted {
  const rules = acceptances.map((each) => ({
    ...each,
    regex: compilePattern(each.gap),
    hits: new Map<string, Closed>(),
  }));
  const running = rules.filter(({ until }) => until >= today);
  if (rules.length === 0) return { gaps, findings: [], closed: [] };
  const left = gaps.flatMap((gap) => {
    const { closes } = gap;
    const kept: Closed[] = [];
    let at = 0;
    gap.eachClosed((of, word) => {
      const entry = closes[at++] ?? '';
      const hits = running.filter(({ regex }) => regex.test(entry));
      if (hits.length === 0) kept.push({ of, word });
      for (const { hits: found } of hits) if (!found.has(entry)) found.set(entry, { of, word });
    });
    if (kept.length === closes.length) return [gap];
    return kept.length === 0 ? [] : [gap.closing(kept)];
  });
  const findings = rules.map((rule): Finding => {
    const common = { stage: 'grants', args: { pattern: rule.gap, until: rule.until, reason: rule.reason } } as const;
    if (rule.until < today) return { ...common, code: 'acceptance-expired' };
    if (rule.hits.size === 0) return { ...common, code: 'acceptance-unused' };
    const named = [...rule.hits.keys()].slice(0, NAMED_UP_TO).join(', ');
    const more = rule.hits.size > NAMED_UP_TO ? ` and ${rule.hits.size - NAMED_UP_TO} more` : '';
    return { ...common, code: 'gap-accepted', args: { ...common.args, what: `${named}${more}` } };
  });
  return { gaps: left, findings, closed: running.flatMap(({ hits }) => [...hits.values()]) };
}
