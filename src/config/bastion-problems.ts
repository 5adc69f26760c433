import { isFingerprint } from '../target/fingerprint.ts';
import { parseSshHops } from '../target/ssh-hops.ts';
import { TargetError } from '../target/target-error.ts';
import { type Found, type Path, connectionsOf, isMap, textsOf } from './found.ts';
import { hasReference } from './references.ts';

/** Bastions that cannot be read, and fingerprints that no host key has. */
export const bastionProblems = (raw: unknown): Found[] =>
  connectionsOf(raw).flatMap(([name, { ssh }]) => {
    const path = ['connections', name, 'ssh'];
    if (!isMap(ssh)) return hopProblems(ssh, path);
    return [...hopProblems(ssh['hops'], [...path, 'hops']), ...pinProblems(ssh['host-key'], [...path, 'host-key'])];
  });

const hopProblems = (value: unknown, at: Path): Found[] =>
  stated(value, at).flatMap(({ text, path }) => {
    try {
      parseSshHops(text);
      return [];
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      return [{ path, message: error.message.replace(/^--ssh: /, '') }];
    }
  });

const pinProblems = (value: unknown, at: Path): Found[] =>
  stated(value, at)
    .filter(({ text }) => !isFingerprint(text))
    .map(({ path }) => ({
      path,
      message: 'this is no fingerprint of a host key: SHA256: and 43 characters, as `ssh-keygen -lf FILE` prints it',
    }));

const stated = (value: unknown, path: Path): readonly { readonly text: string; readonly path: Path }[] =>
  textsOf(value, path).filter(({ text }) => text !== '' && !hasReference(text));
