import { expect, test } from 'vitest';
import { versionNumberOf } from '../../src/probes/version-number.ts';

test.each([
  ['18.4', 180004],
  ['15.18 (Debian 15.18-0+deb12u1)', 150018],
  ['9.6.24', 90624],
  ['9.6', 90600],
  ['19beta1', 190000],
  ['17devel', 170000],
  ['', null],
  ['CockroachDB', null],
  [undefined, null],
])('%s is %s', (version, number) => {
  expect(versionNumberOf(version)).toBe(number);
});
