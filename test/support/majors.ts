import { hasPostgres, type Major } from './postgres-binaries.ts';

/**
 * The PostgreSQL versions of this run: 13 and 18, or those of PGMEDIC_MAJORS (`12,14,15,16,17`; `all`).
 * A version that is asked for and not installed fails, so that nothing is skipped silently.
 */
export const MAJORS: readonly Major[] = chosen(process.env['PGMEDIC_MAJORS'] ?? '13,18');

function chosen(text: string): readonly Major[] {
  const names = text === 'all' ? '12,13,14,15,16,17,18' : text;
  return names.split(',').map((name) => {
    const major = Number(name) as Major;
    if (!hasPostgres(major)) throw new Error(`PostgreSQL ${name} is not installed: npm ci --prefix test/versions`);
    return major;
  });
}
