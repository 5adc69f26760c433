import { describe, expect, it } from 'vitest';
import { parseConninfo } from '../../src/target/conninfo.ts';
import { TargetError } from '../../src/target/target-error.ts';
import cases from './libpq-uri.json' with { type: 'json' };

interface UpstreamCase {
  readonly uri: string;
  readonly expected?: Readonly<Record<string, string>>;
  readonly error?: string;
}

describe('PostgreSQL’s own URI cases (src/interfaces/libpq/t/001_uri.pl)', () => {
  for (const { uri, expected, error } of cases as readonly UpstreamCase[]) {
    if (error === undefined) it(`reads ${uri}`, () => expect(parseConninfo(uri)).toEqual(expected));
    else it(`refuses ${uri}`, () => expect(() => parseConninfo(uri)).toThrow(TargetError));
  }
});
