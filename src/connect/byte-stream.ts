import { PeerError } from '../failures/raw-errors.ts';
import type { ByteStream } from './types.ts';

const held = new WeakSet<ByteStream>();

/** Gives the stream an error listener for life: errors between two stages are kept in `stream.errored`, not thrown. */
export function hold(stream: ByteStream): void {
  if (held.has(stream)) return;
  held.add(stream);
  stream.on('error', () => {});
}

/** Why nothing more can be read, or null while the stream lives. */
export function lost(stream: ByteStream): Error | null {
  if (stream.errored !== null) return stream.errored;
  return stream.destroyed || stream.readableEnded ? new PeerError('closed', 'the line was closed') : null;
}

/**
 * The next bytes, all that have arrived; null at the end of the stream. Leaves the stream paused with whatever comes
 * later still in it, so that another reader (or TLS) can take over.
 */
export function readSome(stream: ByteStream): Promise<Buffer | null> {
  hold(stream);
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      stream.off('readable', look);
      stream.off('end', end);
      stream.off('close', end);
      stream.off('error', fail);
    };
    const look = (): void => {
      const bytes: Buffer | null = stream.read();
      if (bytes === null) return;
      stop();
      resolve(bytes);
    };
    const end = (): void => {
      stop();
      resolve(null);
    };
    const fail = (error: Error): void => {
      stop();
      reject(error);
    };
    if (stream.errored !== null) return reject(stream.errored);
    if (stream.destroyed || stream.readableEnded) return resolve(null);
    stream.on('end', end);
    stream.on('close', end);
    stream.on('error', fail);
    stream.on('readable', look);
    return look();
  });
}
