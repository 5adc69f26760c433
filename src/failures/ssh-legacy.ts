/**
 * Algorithms that are no longer safe (SHA-1 signatures and groups, CBC, MD5) and that OpenSSH's client refuses by default,
 * too; a bastion that has nothing else is reached with `--ssh-legacy-algorithms` for one run. Names as ssh2 has them.
 */
export const LEGACY_ALGORITHMS = {
  kex: ['diffie-hellman-group14-sha1', 'diffie-hellman-group-exchange-sha1', 'diffie-hellman-group1-sha1'],
  hostKey: ['ssh-rsa'],
  cipher: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'],
  mac: ['hmac-sha1-96', 'hmac-md5', 'hmac-md5-96'],
} as const;

export type AlgorithmKind = keyof typeof LEGACY_ALGORITHMS;

/** Which of the names are legacy ones that we could speak. */
export const legacyAmong = (kind: AlgorithmKind, names: readonly string[]): readonly string[] =>
  names.filter((name) => (LEGACY_ALGORITHMS[kind] as readonly string[]).includes(name));
