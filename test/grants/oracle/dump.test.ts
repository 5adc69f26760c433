import { writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { worldOf } from './world.ts';
test('dump', () => {
  const seed = Number(process.env['PGMEDIC_SEED'] ?? 1);
  writeFileSync(`/tmp/g/world${seed}.sql`, worldOf(seed, Number(process.env['PGMEDIC_MAJORS'] ?? 18)).join(';\n'));
});
