import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { promptAck } from '../connect/ssh/channel-window.ts';
import { largeWindow } from './window.ts';

export interface Pumped {
  readonly sent: number;
  readonly received: number;
}

/**
 * Joins a local client and a channel, with back-pressure in both directions, until either side ends.
 * The channel is ssh2's bare one: its `end` without `close` counts as the end.
 */
export function pump(socket: Socket, channel: Duplex, windowSize: number): Promise<Pumped> {
  const topUp = largeWindow(channel, windowSize);
  const ack = promptAck(channel, windowSize);
  let received = 0;
  topUp();
  channel.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (!socket.write(chunk)) return void channel.pause();
    topUp();
    ack.heard();
  });
  socket.on('drain', () => {
    channel.resume();
    topUp();
  });
  socket.on('data', (chunk: Buffer) => {
    ack.said();
    if (!channel.write(chunk)) socket.pause();
  });
  channel.on('drain', () => socket.resume());
  channel.on('error', () => socket.destroy());
  channel.once('end', () => socket.end());
  channel.once('close', () => socket.destroySoon());
  socket.once('end', () => channel.end());
  return new Promise((resolve) => {
    socket.once('close', () => {
      channel.destroy();
      channel.resume();
      resolve({ sent: socket.bytesRead, received });
    });
    // After the listeners: what the client had sent already flows now.
    socket.resume();
    if (socket.destroyed) {
      channel.destroy();
      resolve({ sent: socket.bytesRead, received });
    }
  });
}
