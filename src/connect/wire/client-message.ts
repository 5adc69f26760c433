/** Messages of the frontend (protocol-message-formats). Lengths count themselves but not the type byte. */

function typed(type: string, ...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 4);
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, ...parts]);
}

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

const text = (value: string): Buffer => Buffer.from(`${value}\0`, 'utf8');

/** StartupMessage of protocol 3.0 with `parameters` in their order. Values must not hold NUL. */
export function startupMessage(parameters: readonly (readonly [string, string])[]): Buffer {
  const body = Buffer.concat([
    int32(196_608),
    ...parameters.map(([name, value]) => text(`${name}\0${value}`)),
    Buffer.alloc(1),
  ]);
  return Buffer.concat([int32(body.length + 4), body]);
}

export const queryMessage = (sql: string): Buffer => typed('Q', text(sql));
export const passwordMessage = (password: string): Buffer => typed('p', text(password));
export const terminateMessage = (): Buffer => typed('X');

export const saslInitialMessage = (mechanism: string, response: string): Buffer => {
  const bytes = Buffer.from(response, 'utf8');
  return typed('p', text(mechanism), int32(bytes.length), bytes);
};

export const saslResponseMessage = (response: string): Buffer => typed('p', Buffer.from(response, 'utf8'));
