import type { BaseAgent, ParsedKey } from 'ssh2';

/** An agent that never answers must not hold the login (measured: ssh2 waits for ever). */
const AGENT_TIMEOUT_MS = 3000;

export interface AgentKeys {
  readonly keys: readonly ParsedKey[];
  /** An agent of one key, so that each key is one counted try. */
  readonly only: (key: ParsedKey) => BaseAgent;
}

/**
 * The keys of a running ssh-agent that ssh2 can use (no certificates, no security keys).
 * @throws Error with the agent's or the socket's own words
 */
export async function listAgentKeys(socket: string): Promise<AgentKeys> {
  const { default: ssh2 } = await import('ssh2');
  const agent = ssh2.createAgent(socket);
  const keys = await new Promise<ParsedKey[]>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${AGENT_TIMEOUT_MS} ms`)), AGENT_TIMEOUT_MS);
    agent.getIdentities((error, found) => {
      clearTimeout(timer);
      if (error) return reject(error);
      // OpenSSHAgent gives parsed public keys, and leaves out what it cannot parse.
      return resolve((found ?? []) as ParsedKey[]);
    });
  });
  const only = (key: ParsedKey): BaseAgent => {
    const single = Object.create(ssh2.BaseAgent.prototype) as BaseAgent;
    single.getIdentities = (callback) => callback(null, [key]);
    single.sign = agent.sign.bind(agent);
    return single;
  };
  return { keys, only };
}
