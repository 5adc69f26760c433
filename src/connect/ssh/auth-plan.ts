import type { AnyAuthMethod, AuthHandlerMiddleware, Prompt } from 'ssh2';
import { withoutSecret } from '../hush.ts';
import { SshFailure } from '../../failures/raw-errors.ts';
import type { AuthAttempt } from '../../failures/ssh-facts.ts';
import { type Identity, type IdentityContext, identities } from './identities.ts';

export interface AuthPlan {
  /** Reads a key that the user named while the server computes; nobody is asked anything for it yet. */
  readonly prepare: () => void;
  readonly handler: AuthHandlerMiddleware;
  /** ssh2's debug lines: they alone tell what a server answers to a key of the agent. */
  readonly onDebug: (line: string) => void;
  /** A failure of our own (a key that cannot be read), which says more than ssh2's "all methods failed". */
  readonly ownFailure: () => SshFailure | null;
  /** Whether we stopped by ourselves at the limit of tries. */
  readonly stoppedAtLimit: () => boolean;
  /** Marks the last attempt as the one that opened the door. */
  readonly succeeded: () => void;
  /** Marks the last attempt as refused: the server hung up on it. */
  readonly refused: () => void;
}

type Offer = Omit<AuthAttempt, 'outcome'>;

/**
 * Our own order of login methods: keys first, then password, then the server's questions; only what the server accepts,
 * going on after a partial success, and one counted try per key (ssh2's own order ignores all three; measured).
 */
export function planAuth(context: IdentityContext): AuthPlan {
  const { options, settings, draft, hop } = context;
  const username = settings.user.value;
  const limit = options.maxAuthTries ?? 5;
  const keys = identities(context);
  let upcoming: Promise<Identity | undefined> | null = null;
  let passwordUsed = false;
  let questionsUsed = false;
  let probed = false;
  let tries = 0;
  let limited = false;
  let heard: readonly string[] | null = null;
  let throughAgent = false;
  let failure: SshFailure | null = null;

  const settle = (outcome: AuthAttempt['outcome']): void => {
    const last = draft.attempts.at(-1);
    if (last?.outcome === 'pending') draft.attempts[draft.attempts.length - 1] = { ...last, outcome };
  };
  const offer = (attempt: Offer, method: AnyAuthMethod): AnyAuthMethod => {
    draft.attempts.push({ ...attempt, outcome: 'pending' });
    return method;
  };
  const nextKey = (): Promise<Identity | undefined> =>
    (upcoming ??= keys.next().then((step) => (step.done === true ? undefined : step.value)));
  const password = async (): Promise<string | undefined> => {
    if (options.password !== undefined) return options.password.reveal();
    const ask = options.askSecret;
    const prompt = `password of ${username}@${settings.alias}`;
    return ask && (await context.unhurried(() => ask({ kind: 'password', prompt, echo: false })))?.reveal();
  };
  const answer = async (prompts: readonly Prompt[], instructions: string): Promise<string[]> => {
    const answers: string[] = [];
    for (const { prompt, echo } of prompts) {
      // PAM asks for the password in this way too.
      const isPassword = echo !== true && /password/i.test(prompt) && options.password !== undefined;
      const ask = options.askSecret;
      const secret = isPassword
        ? options.password
        : ask &&
          (await context.unhurried(() =>
            ask({ kind: 'keyboard-interactive', prompt: `${instructions}${prompt}`, echo: echo === true }),
          ));
      if (secret === undefined) break;
      answers.push(secret.reveal());
    }
    return answers;
  };

  const choose = async (accepted: readonly string[] | null): Promise<AnyAuthMethod | null> => {
    const takes = (method: string): boolean => accepted === null || accepted.includes(method);
    if (tries >= limit) {
      limited = true;
      return null;
    }
    if (takes('publickey')) {
      const identity = await nextKey();
      if (identity !== undefined) {
        upcoming = null;
        tries += 1;
        context.offered.push(identity.key);
        throughAgent = identity.agent !== undefined;
        const { fingerprint, keyType, source, key, agent } = identity;
        return offer(
          { method: 'publickey', fingerprint, keyType, source },
          agent === undefined ? { type: 'publickey', username, key } : { type: 'agent', username, agent },
        );
      }
    }
    if (accepted === null) {
      // Without a key the server is asked first what it accepts: `none` is no counted try in sshd (auth2.c).
      if (probed) return null;
      probed = true;
      return offer({ method: 'none' }, { type: 'none', username });
    }
    if (takes('password') && !passwordUsed) {
      passwordUsed = true;
      const secret = await password();
      if (secret !== undefined) {
        tries += 1;
        return offer(
          { method: 'password', source: options.password?.from ?? 'prompt' },
          { type: 'password', username, password: secret },
        );
      }
    }
    if (takes('keyboard-interactive') && !questionsUsed && (options.askSecret ?? options.password) !== undefined) {
      questionsUsed = true;
      tries += 1;
      return offer(
        { method: 'keyboard-interactive' },
        {
          type: 'keyboard-interactive',
          username,
          prompt: (_name, instructions, _lang, prompts, finish) => {
            answer(prompts, instructions === '' ? '' : `${instructions}\n`).then(
              // Too few answers make sshd hang up; as many empty ones make it say no.
              (answers) => finish(prompts.map((_, index) => answers[index] ?? '')),
              () => finish(prompts.map(() => '')),
            );
          },
        },
      );
    }
    return null;
  };

  const handler: AuthHandlerMiddleware = (methods, partial, proceed) => {
    // After a key of the agent ssh2 hands out the lists of the attempt before it (measured): what was heard is newer.
    const accepted: readonly string[] | null =
      heard ?? methods?.map((method) => withoutSecret(method, options.password?.reveal())) ?? null;
    if (accepted !== null) {
      draft.serverMethods = accepted;
      settle((throughAgent ? !accepted.includes('publickey') : partial) ? 'partial' : 'rejected');
    }
    throughAgent = false;
    const stop = proceed as unknown as (no: false) => void;
    choose(accepted).then(
      (method) => (method === null ? stop(false) : proceed(method)),
      (error: unknown) => {
        failure =
          error instanceof SshFailure
            ? error
            : new SshFailure('ssh-login-failed', 'auth', hop, {
                bastion: settings.alias,
                detail: (error as Error).message,
              });
        stop(false);
      },
    );
  };
  return {
    prepare: () => {
      // What fails here fails again when its turn comes.
      if (options.keyFile !== undefined || options.keyText !== undefined) nextKey().catch(() => {});
    },
    handler,
    onDebug: (line) => {
      const list = /^Inbound: Received USERAUTH_FAILURE \((.*)\)$/.exec(line)?.[1];
      if (list !== undefined) heard = withoutSecret(list, options.password?.reveal()).split(',');
    },
    ownFailure: () => failure,
    stoppedAtLimit: () => limited,
    succeeded: () => settle('accepted'),
    refused: () => settle('rejected'),
  };
}
