import { createHmac, pbkdf2Sync } from 'node:crypto';
import { authRequest, type Fault, scripted, welcome } from './faulty-peer.ts';
import type { Issued } from './certificates.ts';

export interface FakeScram {
  readonly password?: string;
  readonly mechanisms?: readonly string[];
  readonly tls?: Issued;
  /** Replaces server-first; given the client's nonce. */
  readonly first?: (nonce: string) => string;
  /** Replaces server-final; given the right one. */
  readonly final?: (right: string) => string;
  /** Says AuthenticationOk where the server's signature is due. */
  readonly skipFinal?: boolean;
  /** Says AuthenticationOk right after the first message of the client. */
  readonly okAtOnce?: boolean;
  /** Called with client-first. */
  readonly heard?: (clientFirst: string) => void;
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const SALT = Buffer.from('0123456789abcdef');

/** A server's side of SCRAM that can be made to lie. */
export function fakeScram(options: FakeScram = {}): Fault {
  const { password = 'secret', mechanisms = ['SCRAM-SHA-256'] } = options;
  let bare = '';
  let serverFirst = '';
  return scripted({
    ...(options.tls !== undefined && { tls: options.tls }),
    packet(socket, bytes, count) {
      if (count === 0) socket.write(authRequest(10, `${mechanisms.join('\0')}\0\0`));
      if (count === 1) {
        const text = bytes.toString('latin1');
        options.heard?.(text.slice(text.indexOf(',,') - 1));
        bare = text.slice(text.indexOf('n=,r='));
        const nonce = bare.slice(5);
        serverFirst = options.first?.(nonce) ?? `r=${nonce}server,s=${SALT.toString('base64')},i=4096`;
        socket.write(options.okAtOnce === true ? welcome() : authRequest(11, serverFirst));
      }
      if (count === 2) {
        const text = bytes.toString('latin1');
        const withoutProof = text.slice(text.indexOf('c='), text.lastIndexOf(',p='));
        const salted = pbkdf2Sync(password, SALT, 4096, 32, 'sha256');
        const right = hmac(hmac(salted, 'Server Key'), `${bare},${serverFirst},${withoutProof}`).toString('base64');
        const final = authRequest(12, options.final?.(right) ?? `v=${right}`);
        socket.write(options.skipFinal === true ? welcome() : Buffer.concat([final, welcome()]));
      }
    },
  });
}
