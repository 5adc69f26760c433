import { existsSync, readFileSync } from 'node:fs';
import type { BaseAgent, ParsedKey } from 'ssh2';
import { SshFailure } from '../../failures/raw-errors.ts';
import type { HopDraft } from '../../failures/ssh-facts.ts';
import { fingerprintOf } from '../../target/known-hosts.ts';
import { type AgentKeys, listAgentKeys } from './agent-keys.ts';
import { loadPrivateKey, openMode, readKeyFile } from './private-key.ts';
import type { HopSettings, SshOptions } from './types.ts';

/** One key to offer: from a file (with its secret half) or from the agent. */
export interface Identity {
  readonly fingerprint: string;
  readonly keyType: string;
  readonly source: string;
  readonly key: ParsedKey;
  /** Signs for the key where the secret half is the agent's. */
  readonly agent?: BaseAgent;
}

export interface IdentityContext {
  readonly settings: HopSettings;
  readonly options: SshOptions;
  readonly hop: number;
  readonly draft: HopDraft;
  /** Every key that was offered. */
  readonly offered: ParsedKey[];
  /** Why keys that could have been offered were not. */
  readonly notOffered: SshFailure[];
  /** Fulfilled when the host key is trusted: before that no person and no agent is asked for anything, and no key decrypted. */
  readonly trusted: Promise<void>;
  /** Runs a question to a person with the clock stopped. */
  readonly unhurried: <T>(ask: () => Promise<T>) => Promise<T>;
}

const fromFile = (key: ParsedKey, source: string): Identity => ({
  fingerprint: fingerprintOf(key.getPublicSSH()),
  keyType: key.type,
  source,
  key,
});

/** The public half beside a key file, to find the same key in the agent without its passphrase. */
async function publicHalf(file: string): Promise<Buffer | null> {
  const { default: ssh2 } = await import('ssh2');
  const at = file.endsWith('.pub') ? file : `${file}.pub`;
  if (!existsSync(at)) return null;
  try {
    const parsed = ssh2.utils.parseKey(readFileSync(at));
    return parsed instanceof Error ? null : parsed.getPublicSSH();
  } catch {
    return null;
  }
}

async function agentKeys(context: IdentityContext): Promise<AgentKeys | null> {
  const { settings, options, hop, draft } = context;
  const socket = options.agentSocket === undefined ? undefined : (settings.identityAgent ?? options.agentSocket);
  if (socket === 'none') return null;
  if (socket === undefined) {
    if (options.agentRequired === true) throw new SshFailure('ssh-agent-missing', 'auth', hop, {}, 'SSH_AUTH_SOCK');
    return null;
  }
  try {
    await context.trusted;
    // An agent may have to ask its owner first (a locked one, a confirmation).
    return await context.unhurried(() => listAgentKeys(socket));
  } catch (error) {
    const detail = (error as Error).message;
    const failure = new SshFailure('ssh-agent-unavailable', 'auth', hop, { socket, detail }, detail);
    if (options.agentRequired === true) throw failure;
    draft.notices.push({ code: failure.code, stage: 'ssh', args: failure.args, severity: 'warning', raw: detail });
    context.notOffered.push(failure);
    return null;
  }
}

function passphraseOf(context: IdentityContext, file: string): () => ReturnType<NonNullable<SshOptions['askSecret']>> {
  const { options, unhurried } = context;
  return async () => {
    await context.trusted;
    if (options.passphrase !== undefined) return options.passphrase;
    const ask = options.askSecret;
    return ask && unhurried(() => ask({ kind: 'passphrase', prompt: `passphrase of ${file}`, echo: false }));
  };
}

/** A key from its own file. Others use it too, who would say nothing of a mode for which they ignore it. */
async function ownKey(context: IdentityContext, file: string): Promise<Identity> {
  const key = await loadPrivateKey(readKeyFile(file, context.hop), file, context.hop, passphraseOf(context, file));
  const mode = openMode(file);
  if (mode !== null) {
    const args = { key: file, mode };
    context.draft.notices.push({ code: 'ssh-key-permissions', stage: 'ssh', severity: 'warning', args });
  }
  return fromFile(key, file);
}

/** The one key that the user named: from `--ssh-key` or an environment variable; through the agent where only it has the passphrase. */
async function namedKey(context: IdentityContext): Promise<Identity> {
  const { options, hop } = context;
  if (options.keyText !== undefined) {
    const { from } = options.keyText;
    return fromFile(await loadPrivateKey(options.keyText.reveal(), from, hop, passphraseOf(context, from)), from);
  }
  const file = options.keyFile ?? '';
  try {
    return await ownKey(context, file);
  } catch (error) {
    const usable =
      error instanceof SshFailure && ['ssh-key-passphrase-missing', 'ssh-key-is-public'].includes(error.code);
    const wanted = usable ? await publicHalf(file) : null;
    const agent = wanted === null ? null : await agentKeys(context);
    const key = agent?.keys.find((held) => wanted !== null && held.getPublicSSH().equals(wanted));
    if (agent === null || key === undefined) throw error;
    return { ...fromFile(key, `agent: ${file}`), agent: agent.only(key) };
  }
}

/**
 * The keys to offer, one after another, in OpenSSH's order: those of the agent that belong to a configured file, the
 * agent's others, then the files. A key that was named by the user is the only one.
 * Files are read and decrypted only when their turn comes.
 */
export async function* identities(context: IdentityContext): AsyncGenerator<Identity, void, void> {
  const { settings, options, draft } = context;
  if (options.keyFile !== undefined || options.keyText !== undefined) {
    yield await namedKey(context);
    return;
  }
  const agent = await agentKeys(context);
  const offered = new Set<string>();
  if (agent !== null) {
    const configured = await Promise.all(settings.identityFiles.map((file) => publicHalf(file)));
    const isConfigured = (key: ParsedKey): boolean =>
      configured.some((blob) => blob?.equals(key.getPublicSSH()) === true);
    const first = agent.keys.filter((key) => isConfigured(key));
    const rest = settings.identitiesOnly ? [] : agent.keys.filter((key) => !isConfigured(key));
    for (const key of [...first, ...rest]) {
      const identity = { ...fromFile(key, `agent: ${key.comment}`), agent: agent.only(key) };
      offered.add(identity.fingerprint);
      yield identity;
    }
  }
  for (const file of settings.identityFiles) {
    if (!existsSync(file)) {
      if (settings.identityFilesNamed) {
        draft.notices.push({
          code: 'ssh-key-missing',
          stage: 'ssh',
          severity: 'warning',
          args: { key: file, errno: 'ENOENT' },
        });
      }
      continue;
    }
    const blob = await publicHalf(file);
    if (blob !== null && offered.has(fingerprintOf(blob))) continue;
    let identity: Identity;
    try {
      identity = await ownKey(context, file);
    } catch (error) {
      if (!(error instanceof SshFailure)) throw error;
      context.notOffered.push(error);
      continue;
    }
    if (offered.has(identity.fingerprint)) continue;
    offered.add(identity.fingerprint);
    yield identity;
  }
}
