import { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { promptAck } from './channel-window.ts';

/**
 * How the far side ended a channel: `eof`, the destination hung up and the bastion passed that on; `close`, the bastion
 * closed the channel of its own accord (OpenSSH's ChannelTimeout does; measured: no EOF comes before).
 */
export type ChannelEnding = 'eof' | 'close';

const endings = new WeakMap<Duplex, ChannelEnding>();

/** How the stream of a channel was ended from the far side; null while it is open, or where that is not known. */
export const channelEnding = (stream: Duplex): ChannelEnding | null => endings.get(stream) ?? null;

/** ssh2's own state at its `end` event; private, so only believed where it is one of the two. */
function noteEnding(channel: ClientChannel, stream: Duplex): void {
  const { incoming } = channel as unknown as { readonly incoming?: { readonly state?: unknown } };
  if (incoming?.state === 'eof') endings.set(stream, 'eof');
  else if (incoming?.state === 'closed') endings.set(stream, 'close');
}

/**
 * A forwarded channel as a well-behaved stream. ssh2's own channel emits `end` without `close` when the far side hangs up,
 * neither of them when its connection dies, and its destroy() takes no error: a query on it would hang for ever (measured).
 */
export function channelStream(channel: ClientChannel): Duplex {
  const ack = promptAck(channel);
  const stream = new Duplex({
    allowHalfOpen: false,
    read: () => void channel.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      ack.said();
      channel.write(chunk, done);
    },
    final: (done) => {
      channel.end();
      done();
    },
    destroy: (error, done) => {
      channel.destroy();
      channel.resume(); // what nobody will read must not hold the connection's window
      done(error);
    },
  });
  channel.on('data', (chunk: Buffer) => {
    if (stream.destroyed) return;
    if (!stream.push(chunk)) return void channel.pause();
    ack.heard();
  });
  channel.once('end', () => {
    noteEnding(channel, stream);
    if (!stream.destroyed) stream.push(null);
  });
  channel.once('close', () => stream.destroy());
  channel.on('error', (error: Error) => stream.destroy(error));
  return stream;
}
