import { createSocket } from 'node:dgram';
import { withDeadline } from './deadline.ts';

/**
 * This machine's own address towards `address`: a UDP socket is connected, which only asks the routing table; no packet
 * leaves. Undefined where there is no route.
 */
export async function localAddressTowards(address: string): Promise<string | undefined> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const asked = new Promise<string>((resolve, reject) => {
    socket.once('error', reject);
    socket.connect(9, address, () => resolve(socket.address().address));
  });
  try {
    return await withDeadline(asked, { timeoutMs: 500, timeout: () => new Error('no answer from the kernel') });
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}
