import { PeerError, Refusal, ServerError } from '../../failures/raw-errors.ts';
import type { AuthRules } from './auth-rules.ts';
import type { Hush } from '../hush.ts';
import type { Line, Message } from './line.ts';
import type { LoginOptions } from './login-types.ts';
import { parseErrorFields } from './server-message.ts';
import { readParameter } from './session.ts';

/** A login under way. */
export interface Conversation {
  readonly line: Line;
  readonly options: LoginOptions;
  readonly rules: AuthRules;
  readonly parameters: Map<string, string>;
  roundTrips: number;
  /** When the server's first message came (`performance.now()`); 0 before. */
  firstAnswerAt: number;
  minorProtocol: number | null;
  /** Once the server has been given the password in the clear. */
  hush: Hush | null;
}

/** The next message that matters: notices and parameters are taken in. Throws ServerError for an ErrorResponse. */
export async function nextMessage(talk: Conversation): Promise<Message> {
  for (;;) {
    const { type, body: said } = await talk.line.next();
    talk.firstAnswerAt ||= performance.now();
    const body = talk.hush?.words(said) ?? said;
    if (type === 'E') throw new ServerError(parseErrorFields(body));
    if (type === 'N') talk.options.onNotice?.(parseErrorFields(body));
    else if (type === 'S') readParameter(body, talk.parameters);
    else if (type === 'v') talk.minorProtocol = body.length >= 4 ? body.readInt32BE(0) & 0xffff : null;
    else return { type, body };
  }
}

export const unexpected = ({ type, body }: Message, wanted: string): PeerError =>
  new PeerError('unexpected', `${JSON.stringify(type)} instead of ${wanted}`, body);

/** The next authentication request: its code and what follows it. */
export async function nextRequest(talk: Conversation): Promise<{ readonly code: number; readonly body: Buffer }> {
  const message = await nextMessage(talk);
  if (message.type !== 'R' || message.body.length < 4) throw unexpected(message, 'an authentication request');
  return { code: message.body.readInt32BE(0), body: message.body.subarray(4) };
}

/** Throws PeerError unless the server is satisfied. */
export async function expectOk(talk: Conversation): Promise<void> {
  const { code } = await nextRequest(talk);
  if (code !== 0) throw new PeerError('unexpected', `authentication request ${code} after the proof`);
}

/** Sends what the server waits for. */
export function answer(talk: Conversation, bytes: Buffer): void {
  talk.roundTrips++;
  talk.line.send(bytes);
}

/** The password, in the clear. Throws Refusal `auth-password-missing`; an empty one counts as none, as in libpq. */
export function passwordFor({ options }: Conversation, method: string): string {
  const password = options.password?.reveal() ?? '';
  if (password !== '') return password;
  throw new Refusal('auth-password-missing', `the server asks for a password (${method}), and there is none`, {
    user: options.user,
    method,
  });
}
