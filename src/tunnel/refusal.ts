import type { Socket } from 'node:net';

/** protocol-message-formats: the codes in place of a protocol version. */
const SSL_REQUEST = 80_877_103;
const GSSENC_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;
/** A StartupMessage is bounded by the server at 10 000 bytes (MAX_STARTUP_PACKET_LENGTH). */
const MAX_STARTUP = 10_000;
/** How long a client may take to send its first message. */
const PATIENCE_MS = 5000;

export interface Refusal {
  readonly message: string;
  readonly hint: string;
}

/** An ErrorResponse with SQLSTATE 08001 (the client was unable to establish the connection), as libpq prints it. */
function errorResponse({ message, hint }: Refusal): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C08001\0M${message}\0${hint === '' ? '' : `H${hint}\0`}\0`, 'utf8');
  const head = Buffer.alloc(5);
  head.write('E', 'latin1');
  head.writeUInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

/**
 * Tells a PostgreSQL client why it cannot be served, in its own protocol: without this, psql says only "server closed the
 * connection unexpectedly". Encryption is declined first, so a client that insists on TLS reports that instead.
 * Never throws; the socket is closed afterwards.
 */
export function refuseClient(socket: Socket, refusal: Refusal): Promise<void> {
  return new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0);
    const timer = setTimeout(() => socket.destroy(), PATIENCE_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= 8) {
        const length = bytes.readUInt32BE(0);
        // A TLS ClientHello (sslnegotiation=direct) or a stranger: nothing that we say would be understood.
        if (length < 8 || length > MAX_STARTUP) return void socket.destroy();
        if (bytes.length < length) return;
        const code = bytes.readUInt32BE(4);
        bytes = bytes.subarray(length);
        if (code === CANCEL_REQUEST) return void socket.destroy();
        if (code === SSL_REQUEST || code === GSSENC_REQUEST) socket.write('N');
        else return void socket.end(errorResponse(refusal));
      }
    });
    socket.resume();
  });
}
