/**
 * `server_version_num` of a `server_version` (`18.4 (Debian …)`: 180004, `9.6.24`: 90624, `19beta1`: 190000), so that no
 * query is needed for it. Null where the text is none of PostgreSQL's.
 */
export function versionNumberOf(version: string | undefined): number | null {
  const [, major, minor, patch] = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version ?? '') ?? [];
  if (major === undefined) return null;
  if (Number(major) >= 10) return Number(major) * 10_000 + Number(minor ?? 0);
  return Number(major) * 10_000 + Number(minor ?? 0) * 100 + Number(patch ?? 0);
}
