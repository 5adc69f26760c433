import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Refusal } from '../failures/raw-errors.ts';

/** The account's name, as the system's own `id` knows it (also from a directory service); undefined where it has none. */
async function accountName(uid: number): Promise<string | undefined> {
  try {
    return (await promisify(execFile)('id', ['-un', String(uid)], { timeout: 2000 })).stdout.trim();
  } catch {
    return undefined;
  }
}

/**
 * libpq's `requirepeer`: refuses a connected Unix socket that does not belong to the named account, before a byte is
 * sent. libpq asks the kernel for the peer's credentials, which Node cannot; the socket file's owner is who bound it, and
 * only root can give a file away. Throws Refusal.
 */
export async function checkSocketOwner(socketPath: string, required: string): Promise<void> {
  const unknown = (detail: string): Refusal =>
    new Refusal('socket-peer-unknown', `the owner of ${socketPath} is not known`, { required, detail });
  if (socketPath.startsWith('@')) throw unknown('an abstract socket has no owner that could be seen');
  if (process.platform === 'win32') throw unknown('this system does not tell it');
  const file = await stat(socketPath).catch(() => undefined);
  if (file === undefined) throw unknown('the socket is not there any more');
  const owner = await accountName(file.uid);
  if (owner === undefined) throw unknown(`the user with the number ${file.uid} has no name`);
  if (owner === required) return;
  throw new Refusal('socket-peer-mismatch', `requirepeer=${required}, but ${owner}`, { required, owner });
}
