import { describe, expect, test } from 'vitest';
import { hopName, parseSshHops } from '../../src/target/ssh-hops.ts';
import { TargetError } from '../../src/target/target-error.ts';

describe('--ssh', () => {
  test.each([
    ['bastion', [{ host: 'bastion' }]],
    ['me@bastion:2222', [{ user: 'me', host: 'bastion', port: 2222 }]],
    ['me@corp@bastion', [{ user: 'me@corp', host: 'bastion' }]],
    ['a,b@c:3', [{ host: 'a' }, { user: 'b', host: 'c', port: 3 }]],
    ['[2001:db8::1]:22', [{ host: '2001:db8::1', port: 22 }]],
    ['2001:db8::1', [{ host: '2001:db8::1' }]],
    ['fe80::1%eth0', [{ host: 'fe80::1%eth0' }]],
    ['ssh://me%40corp@bastion:22/', [{ user: 'me@corp', host: 'bastion', port: 22 }]],
    ['bücher.example', [{ host: 'bücher.example' }]],
  ])('%s', (text, hops) => {
    expect(parseSshHops(text)).toEqual(hops);
  });

  test.each([
    '',
    'a,,b',
    '@host',
    'me@',
    'host:0',
    'host:65536',
    'host:x',
    '-oProxyCommand=x',
    'a b',
    '-l@h',
    'h$(id)',
    'a:b:c',
    'ssh://me:pw@h',
  ])('refuses %j', (text) => {
    expect(() => parseSshHops(text)).toThrow(TargetError);
  });

  test('nothing at all is told as that', () => {
    expect(() => parseSshHops('')).toThrow('no bastion is named');
  });

  test('a password inside a URI does not reach the message', () => {
    expect(() => parseSshHops('ssh://me:hunter2@h')).toThrow(/^(?!.*hunter2)/);
  });

  test('how a hop is written for people', () => {
    expect(
      [{ host: 'h' }, { host: 'h', port: 22, user: 'u' }, { host: '::1', port: 23 }].map((hop) => hopName(hop)),
    ).toEqual(['h', 'u@h', '[::1]:23']);
  });
});
