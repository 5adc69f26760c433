import { once } from 'node:events';
import { connect } from 'node:net';
import ssh2, { type AuthContext, type Connection } from 'ssh2';

export interface BastionOptions {
  /** Public keys (authorized_keys lines) that may log in. */
  readonly keys?: readonly string[];
  readonly password?: string;
  /** Answers wanted by keyboard-interactive, by prompt. */
  readonly questions?: Readonly<Record<string, string>>;
  /** In this order, all of them (as AuthenticationMethods with commas); default: any one of those that are configured. */
  readonly sequence?: readonly ('publickey' | 'password' | 'keyboard-interactive')[];
  /** Whether forwards are opened; default yes. */
  readonly forwards?: boolean;
  readonly port?: number;
}

export interface Bastion {
  readonly port: number;
  /** `ssh-ed25519 AAAA…`, for a known_hosts line. */
  readonly hostKey: string;
  /** What was tried, in order: `user method`. */
  readonly tried: readonly string[];
  /** Cuts all connections; new ones are welcome. */
  readonly cut: () => void;
  readonly stop: () => Promise<void>;
}

/** ssh2 1.17 sometimes makes an ed25519 key that it cannot read again. */
function soundKeyPair(): ReturnType<typeof ssh2.utils.generateKeyPairSync> {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

/** An SSH server in this process, on loopback: logins and forwards, without root and without sshd. */
export async function startBastion(options: BastionOptions = {}): Promise<Bastion> {
  const { private: hostKey, public: hostKeyLine } = soundKeyPair();
  const connections = new Set<Connection>();
  const tried: string[] = [];
  const configured = [
    ...((options.keys ?? []).length > 0 ? ['publickey' as const] : []),
    ...(options.password === undefined ? [] : ['password' as const]),
    ...(options.questions === undefined ? [] : ['keyboard-interactive' as const]),
  ];
  const allowed = (options.keys ?? []).map((line) => ssh2.utils.parseKey(line));

  const server = new ssh2.Server({ hostKeys: [hostKey] }, (connection) => {
    connections.add(connection);
    const left = [...(options.sequence ?? [])];
    const wanted = (): typeof configured => (options.sequence === undefined ? configured : left.slice(0, 1));
    const good = (context: AuthContext): void => {
      left.shift();
      if (options.sequence !== undefined && left.length > 0) context.reject(wanted(), true);
      else context.accept();
    };
    connection.on('authentication', (context) => {
      tried.push(`${context.username} ${context.method}`);
      const bad = (): void => context.reject(wanted());
      if (!wanted().includes(context.method as 'password')) return bad();
      if (context.method === 'publickey') {
        const key = allowed.find((each) => !(each instanceof Error) && each.getPublicSSH().equals(context.key.data));
        if (key === undefined || key instanceof Error) return bad();
        if (context.signature === undefined || context.blob === undefined) return context.accept(); // a query
        return key.verify(context.blob, context.signature, context.hashAlgo) ? good(context) : bad();
      }
      if (context.method === 'password') return context.password === options.password ? good(context) : bad();
      if (context.method !== 'keyboard-interactive') return bad();
      const prompts = Object.keys(options.questions ?? {});
      context.prompt(
        prompts.map((prompt) => ({ prompt, echo: false })),
        (answers) =>
          prompts.every((prompt, index) => options.questions?.[prompt] === answers[index]) ? good(context) : bad(),
      );
    });
    connection.on('tcpip', (accept, reject, info) => {
      if (options.forwards === false) return reject();
      const socket = connect({ host: info.destIP, port: info.destPort });
      socket.once('error', () => reject());
      socket.once('connect', () => {
        const channel = accept();
        socket.removeAllListeners('error');
        socket.on('error', () => channel.destroy());
        channel.on('error', () => socket.destroy());
        channel.once('close', () => socket.destroy());
        channel.pipe(socket).pipe(channel);
      });
    });
    connection.on('request', (_accept, reject) => reject?.());
    connection.on('error', () => {});
    connection.once('close', () => connections.delete(connection));
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const connection of connections) connection.end();
  };
  return {
    port: (server.address() as { port: number }).port,
    hostKey: hostKeyLine.trim(),
    tried,
    cut,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      cut();
      await closed;
    },
  };
}
