/** A string of the SSH protocol (RFC 4251 §5): its length, then its bytes. */
export const sshString = (value: Buffer | string): Buffer => {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** The private fields of an ed25519 key: the public one, and the seed with the public one behind it. */
export const ed25519Secret = (publicBytes: Buffer, seed: Buffer): readonly Buffer[] => [
  sshString(publicBytes),
  sshString(Buffer.concat([seed, publicBytes])),
];

/**
 * An unencrypted openssh-key-v1 (PROTOCOL.key of OpenSSH), the form that ssh2 reads for every type.
 * @param publicFields the fields behind the type's name, each as a string of the protocol
 * @param secretFields the fields of the private section, likewise
 */
export function opensshKeyText(type: string, publicFields: readonly Buffer[], secretFields: readonly Buffer[]): string {
  const blob = Buffer.concat([sshString(type), ...publicFields]);
  const secret = Buffer.concat([Buffer.alloc(8, 7), sshString(type), ...secretFields, sshString('')]);
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1));
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0', 'latin1'),
    sshString('none'),
    sshString('none'),
    sshString(''),
    Buffer.from([0, 0, 0, 1]),
    sshString(blob),
    sshString(Buffer.concat([secret, padding])),
  ]);
  const lines = whole.toString('base64').match(/.{1,70}/g) ?? [];
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;
}
