import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { PeerError, Refusal } from '../../failures/raw-errors.ts';

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
const xor = (a: Buffer, b: Buffer): Buffer => Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)));

/** PostgreSQL's default is 4096. A server may not buy minutes of our CPU: 2 million take about a second. */
const MAX_ITERATIONS = 2_000_000;

export interface ScramExchange {
  readonly clientFirst: string;
  /** Answers server-first. Throws PeerError (malformed, foreign nonce) or Refusal (too many iterations). */
  answer(serverFirst: string): Promise<string>;
  /** Checks server-final. Throws Refusal when the server does not know the password's verifier, PeerError if malformed. */
  verify(serverFinal: string): void;
}

const malformed = (what: string): PeerError => new PeerError('unexpected', `SCRAM: ${what}`);

/** One attribute (`r=…`) of a SCRAM message. */
const attribute = (message: string, letter: string): string | undefined =>
  message
    .split(',')
    .find((part) => part.startsWith(`${letter}=`))
    ?.slice(2);

const base64 = (text: string | undefined): Buffer | null =>
  text !== undefined && /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0
    ? Buffer.from(text, 'base64')
    : null;

/**
 * The client's side of SCRAM-SHA-256 (RFC 5802, 7677). The user name is empty, as PostgreSQL takes it from the startup
 * message. `password` is prepared already; `gs2` and `bindingData` decide channel binding.
 */
export function startScram(password: string, gs2: string, bindingData: Buffer): ScramExchange {
  const nonce = randomBytes(18).toString('base64');
  const clientFirstBare = `n=,r=${nonce}`;
  let serverSignature: Buffer | undefined;
  return {
    clientFirst: gs2 + clientFirstBare,
    async answer(serverFirst) {
      const combined = attribute(serverFirst, 'r');
      const salt = base64(attribute(serverFirst, 's'));
      const count = attribute(serverFirst, 'i') ?? '';
      if (!serverFirst.startsWith('r=') || combined === undefined || salt === null || !/^[1-9]\d{0,9}$/.test(count)) {
        throw malformed('the first message is malformed');
      }
      if (!combined.startsWith(nonce) || combined === nonce) throw malformed('the nonce is not an answer to ours');
      const iterations = Number(count);
      if (iterations > MAX_ITERATIONS) {
        throw new Refusal('auth-scram-iterations', `the server asks for ${iterations} SCRAM iterations`, {
          iterations,
          limit: MAX_ITERATIONS,
        });
      }
      const salted = await promisify(pbkdf2)(password, salt, iterations, 32, 'sha256');
      const clientKey = hmac(salted, 'Client Key');
      const binding = Buffer.concat([Buffer.from(gs2), bindingData]).toString('base64');
      const withoutProof = `c=${binding},r=${combined}`;
      const authMessage = `${clientFirstBare},${serverFirst},${withoutProof}`;
      serverSignature = hmac(hmac(salted, 'Server Key'), authMessage);
      const proof = xor(clientKey, hmac(sha256(clientKey), authMessage));
      return `${withoutProof},p=${proof.toString('base64')}`;
    },
    verify(serverFinal) {
      const signature = base64(attribute(serverFinal, 'v'));
      if (serverSignature === undefined || signature === null) throw malformed('the final message is malformed');
      if (signature.length !== serverSignature.length || !timingSafeEqual(signature, serverSignature)) {
        throw new Refusal('auth-server-not-genuine', 'the server signature of SCRAM is wrong');
      }
    },
  };
}
