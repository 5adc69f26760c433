import { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';

/**
 * A forwarded channel as a well-behaved stream. ssh2's own channel emits `end` without `close` when the far side hangs up,
 * neither of them when its connection dies, and its destroy() takes no error: a query on it would hang for ever (measured).
 */
export function channelStream(channel: ClientChannel): Duplex {
  const stream = new Duplex({
    allowHalfOpen: false,
    read: () => void channel.resume(),
    write: (chunk: Buffer, _encoding, done) => void channel.write(chunk, done),
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
    if (!stream.destroyed && !stream.push(chunk)) channel.pause();
  });
  channel.once('end', () => {
    if (!stream.destroyed) stream.push(null);
  });
  channel.once('close', () => stream.destroy());
  channel.on('error', (error: Error) => stream.destroy(error));
  return stream;
}
