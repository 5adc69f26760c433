import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ssh2 from 'ssh2';
import { startBastion } from '../test/support/bastion.ts';

/** A bastion in this process, and a folder to use as $HOME whose `.ssh` opens it and knows its host key. */
export interface DemoBastion {
  readonly hop: string;
  readonly home: string;
  readonly stop: () => Promise<void>;
}

/** Starts the demo's bastion: nothing else needs to be installed. */
export async function startDemoBastion(): Promise<DemoBastion> {
  const key = ssh2.utils.generateKeyPairSync('ed25519');
  const bastion = await startBastion({ keys: [key.public] });
  const home = mkdtempSync(path.join(tmpdir(), 'pgmedic-demo-'));
  const folder = path.join(home, '.ssh');
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(path.join(folder, 'id_ed25519'), key.private, { mode: 0o600 });
  writeFileSync(path.join(folder, 'known_hosts'), `[127.0.0.1]:${bastion.port} ${bastion.hostKey}\n`, { mode: 0o600 });
  return {
    hop: `jump@127.0.0.1:${bastion.port}`,
    home,
    stop: async () => {
      await bastion.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
