/** Other spellings of PostgreSQL's scheme, and its relatives that speak its protocol. */
const RELATIVES =
  /^(?:postgres(?:q|ql|sql|s)?|postgre|postgress(?:ql)?|pgsql|psql|pg|postgis|timescaledb|cockroachdb|redshift|yugabytedb)$/;

/** The two halves of `dialect+driver`, in lower case, without `jdbc:`. */
export function splitScheme(scheme: string): readonly [family: string, driver: string | undefined] {
  const [family = '', driver] = scheme
    .toLowerCase()
    .replace(/^jdbc:/, '')
    .split('+');
  return [family, driver];
}

export const isRelative = (name: string | undefined): boolean => name !== undefined && RELATIVES.test(name);
