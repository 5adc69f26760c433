import { expect, test } from 'vitest';
import { selfSigned } from '../../support/certificates.ts';
import { dial, type Dial, errorOf } from '../../support/dial.ts';
import { fakeScram, type FakeScram } from '../../support/fake-scram.ts';
import { startFaultyPeer } from '../../support/faulty-peer.ts';

const certificate = selfSigned('localhost');

async function against(server: FakeScram, more: Partial<Dial> = {}): Promise<string> {
  const peer = await startFaultyPeer(fakeScram(server));
  try {
    const { session, facts } = await dial({ port: peer.port, password: 'secret', ...more });
    await session.close();
    return facts.authMethod;
  } finally {
    await peer.stop();
  }
}

test('an honest server is believed', async () => {
  expect(await against({})).toBe('scram-sha-256');
});

test.each<[string, FakeScram, string, RegExp?]>([
  ['a wrong signature', { final: () => `v=${Buffer.alloc(32).toString('base64')}` }, 'auth-server-not-genuine'],
  ['a server with another password', { password: 'other' }, 'auth-server-not-genuine'],
  ['a cut signature', { final: (right) => `v=${right.slice(0, 24)}` }, 'auth-server-not-genuine'],
  ['no signature', { final: () => 'e=other-error' }, 'unexpected', /final/],
  ['no final message', { skipFinal: true }, 'unexpected', /instead of SASLFinal/],
  ['success after the first message', { okAtOnce: true }, 'unexpected', /instead of SASLContinue/],
  ['a foreign nonce', { first: () => 'r=abc,s=AAAA,i=4096' }, 'unexpected', /nonce/],
  ['our nonce alone', { first: (nonce) => `r=${nonce},s=AAAA,i=4096` }, 'unexpected', /nonce/],
  ['no iterations', { first: (nonce) => `r=${nonce}x,s=AAAA,i=0` }, 'unexpected', /malformed/],
  ['a salt that is no base64', { first: (nonce) => `r=${nonce}x,s=!,i=1` }, 'unexpected', /malformed/],
  ['an extension', { first: (nonce) => `m=x,r=${nonce}x,s=AAAA,i=1` }, 'unexpected', /malformed/],
  ['endless iterations', { first: (nonce) => `r=${nonce}x,s=AAAA,i=2147483647` }, 'auth-scram-iterations'],
])('%s is refused', async (_, server, kind, detail = /./) => {
  const error = await errorOf(against(server));
  expect(error).toMatchObject(kind === 'unexpected' ? { fault: kind } : { code: kind });
  expect(String(error)).toMatch(detail);
});

test('TLS that ends before the server is noticed: channel binding on a plain line', async () => {
  const error = await errorOf(against({ mechanisms: ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'] }));
  expect(error).toMatchObject({ code: 'auth-tls-stripped' });
});

test('channel_binding=require refuses a server inside TLS that does not offer it, before any proof', async () => {
  const error = await errorOf(against({ tls: certificate }, { tls: {}, channelBinding: 'require' }));
  expect(error).toMatchObject({ code: 'auth-channel-binding-required', args: { requested: 'scram-sha-256' } });
});

test.each<[string, Partial<Dial>]>([
  ['n', {}], // no TLS: cannot bind
  ['y', { tls: {} }], // could have bound: a server that did offer it notices that the offer was removed
  ['n', { tls: {}, channelBinding: 'disable' }],
])('without an offer the client says %s', async (flag, more) => {
  const heard: string[] = [];
  const asked: string[] = [];
  const server = { heard: (text: string) => void heard.push(text), ...(more.tls && { tls: certificate }) };
  await against(server, { ...more, onAuthRequest: (method, prepared) => asked.push(`${method} ${prepared}`) });
  expect(heard[0]).toMatch(new RegExp(`^${flag},,n=,r=`));
  expect(asked).toEqual(['scram-sha-256 ascii']);
});
