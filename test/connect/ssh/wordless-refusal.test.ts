import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Secret } from '../../../src/report/secret.ts';
import { startBastion } from '../../support/bastion.ts';
import { failureOf, sshOptions, withRoute } from '../../support/ssh-options.ts';

// RFC 4254, 5.1: the words beside the reason of a refused channel may be empty.
test('a bastion that refuses without a word: that is said', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-wordless-'));
  const bastion = await startBastion({ password: 'right', forwards: false });
  const password = new Secret('right', 'test');
  const knownHostsFiles = [path.join(folder, 'known_hosts')];
  const options = sshOptions(folder, { acceptNewHostKey: true, knownHostsFiles, password });
  const hops = [{ host: '127.0.0.1', port: bastion.port, user: 'me' }];
  try {
    const failure = await withRoute(hops, options, (route) => failureOf(route.forward('db.internal', 5432, 2000)));
    expect(failure).toMatchObject({
      code: 'ssh-forward-failed',
      args: { destination: 'db.internal:5432', detail: 'it gave no reason' },
    });
  } finally {
    await bastion.stop();
    rmSync(folder, { recursive: true });
  }
});
