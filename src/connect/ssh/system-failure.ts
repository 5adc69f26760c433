import path from 'node:path';
import { SshFailure } from '../../failures/raw-errors.ts';
import { hopFailureCode, openFailureCode, reasonOf } from '../../failures/ssh-channel.ts';
import type { HopDraft } from '../../failures/ssh-facts.ts';
import { loginFailure } from '../../failures/ssh-login.ts';
import { systemFailure } from '../../failures/ssh-system.ts';
import { loginOf } from './hop-draft.ts';
import { isPublicKeyFile, openMode } from './private-key.ts';
import { destinationOf } from './destination.ts';
import { whatListens } from './dial.ts';
import type { Master } from './system-master.ts';
import type { SshOptions } from './types.ts';

/** The exit code of a shell that finds no such command. */
const NOT_FOUND = 127;

/** Why ssh ended before the way stood; with a look of our own where it only says that the other side hung up. */
export async function whyEnded(master: Master, drafts: readonly HopDraft[], options: SshOptions): Promise<SshFailure> {
  const failure = asSshSaid(master, drafts, options);
  const draft = drafts[failure.hop];
  const isStrange = failure.code === 'ssh-closed-at-once' || failure.code === 'ssh-port-not-ssh';
  if (!isStrange || failure.hop > 0 || draft?.address === undefined) return failure;
  const stranger = await whatListens(draft.address, draft.port);
  return stranger === null
    ? failure
    : new SshFailure(`ssh-port-is-${stranger}`, 'banner', 0, failure.args, failure.raw);
}

/** A bastion that did not open the way to the next one; ssh's jump tells it in the words of a channel. */
function brokenJump(
  hop: number,
  drafts: readonly HopDraft[],
  complaints: readonly string[],
  seconds: number,
): SshFailure | null {
  const [draft, next] = [drafts[hop], drafts[hop + 1]];
  const words = complaints
    .map((line) => /^channel \d+: open failed: (?:connect failed: )?(.*)/.exec(line)?.[1])
    .find((each) => each !== undefined);
  if (words === undefined || draft === undefined || next === undefined) return null;
  const { host, port } = next;
  const destination = destinationOf(host, port);
  const args = { bastion: draft.alias, user: draft.user, host, port, destination, seconds, detail: words };
  return new SshFailure(hopFailureCode(openFailureCode(reasonOf(words), words)), 'channel', hop, args, words);
}

function asSshSaid(master: Master, drafts: readonly HopDraft[], options: SshOptions): SshFailure {
  const { complaints } = master.trace;
  if (master.child.exitCode === NOT_FOUND) {
    const detail = complaints.at(-1) ?? 'not found';
    return new SshFailure('ssh-transport-missing', 'dns', 0, { detail }, 'ENOENT');
  }
  const hop = master.trace.hop();
  const draft = drafts[hop];
  if (draft === undefined) throw new Error('a route without a bastion');
  const raw = complaints.at(-1) ?? 'ended without a word';
  const common = {
    bastion: draft.alias,
    login: loginOf(draft),
    host: draft.host,
    port: draft.port,
    user: draft.user,
    address: draft.address ?? draft.host,
    name: draft.port === 22 ? draft.host : `[${draft.host}]:${draft.port}`,
    software: draft.software ?? '',
    received: '',
    errno: raw,
    seconds: (options.connectTimeoutMs ?? 10_000) / 1000,
    keyType: draft.hostKey?.type ?? '',
    fingerprint: draft.hostKey?.fingerprint ?? '',
    known: 'another key',
    file: path.join(options.home, '.ssh/known_hosts'),
    line: 0,
  };
  const jump = brokenJump(hop, drafts, complaints, common.seconds);
  if (jump !== null) return jump;
  const named = systemFailure(complaints);
  // A file that ssh_config names and nobody has is no cause beside a key that was refused.
  const isBeside =
    named?.code === 'ssh-key-missing' &&
    options.keyFile === undefined &&
    draft.attempts.some(({ outcome }) => outcome === 'rejected');
  if (named !== null && !isBeside) {
    const key = String(named.args['key'] ?? '');
    // ssh offers it, cannot sign with it, and complains of its mode or its form.
    const code = key !== '' && isPublicKeyFile(key) ? 'ssh-key-is-public' : named.code;
    const args = { ...common, mode: openMode(key) ?? '', ...named.args };
    return new SshFailure(code, named.part, hop, args, named.raw);
  }
  const isLogin = complaints.some((line) => /Permission denied|Too many authentication failures/.test(line));
  if (isLogin) {
    const settled = draft.attempts.map((each) =>
      each.outcome === 'pending' ? { ...each, outcome: 'rejected' as const } : each,
    );
    const { code, args } = loginFailure({
      bastion: draft.alias,
      user: draft.user,
      userFrom: draft.from.user,
      attempts: settled,
      serverMethods: draft.serverMethods,
      raw: complaints.find((line) => line.includes('Too many authentication failures')) ?? raw,
      stoppedAtLimit: false,
      hasPassword: options.password !== undefined,
    });
    return new SshFailure(code, 'auth', hop, { ...common, ...args }, raw);
  }
  return new SshFailure('ssh-login-failed', master.trace.part(), hop, { ...common, detail: raw }, raw);
}
