import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PeerError } from '../../../src/failures/raw-errors.ts';
import { createFramer } from '../../../src/connect/wire/framer.ts';
import { createRowReader, readColumns } from '../../../src/connect/wire/rows.ts';
import { parseEarlyError, parseErrorFields } from '../../../src/connect/wire/server-message.ts';
import { message } from '../../support/faulty-peer.ts';

/** Bytes cut into pieces at these places. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length));
}

test('messages come out the same however the bytes are cut', () => {
  const body = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
  const cuts = fc.array(fc.nat(), { maxLength: 30 });
  fc.assert(
    fc.property(fc.array(body, { maxLength: 8 }), cuts, (bodies, places) => {
      const out: Buffer[] = [];
      const framer = createFramer((_, bytes, start, end) => out.push(Buffer.from(bytes.subarray(start, end))), 1000);
      for (const piece of pieces(Buffer.concat(bodies.map((one) => message('D', one))), places)) framer.push(piece);
      expect(out).toEqual(bodies);
      expect(framer.rest()).toHaveLength(0);
    }),
  );
});

/** A text for what the parsers may do; whatever else they throw. */
const outcome = (call: (bytes: Buffer) => unknown, bytes: Uint8Array): unknown => {
  try {
    return call(Buffer.from(bytes)) instanceof Error ? 'an error' : 'a value';
  } catch (error) {
    return error instanceof PeerError ? 'a PeerError' : error;
  }
};

test('no bytes make the parsers throw anything but PeerError', () => {
  const calls: ((bytes: Buffer) => unknown)[] = [
    (bytes) => createFramer((_, all, start, end) => createRowReader()(all, start, end), 100).push(bytes),
    (bytes) => createRowReader()(bytes, 0, bytes.length),
    (bytes) => readColumns(bytes, 0, bytes.length),
    (bytes) => parseErrorFields(bytes),
    (bytes) => parseEarlyError(Buffer.concat([Buffer.from('E'), bytes])),
  ];
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...calls), (bytes, call) => {
      expect(outcome(call, bytes)).toBeTypeOf('string');
    }),
    { numRuns: 2000 },
  );
});

test('a drip of single bytes is joined, and a claimed length takes no memory', () => {
  const out: number[] = [];
  const framer = createFramer((_, __, start, end) => out.push(end - start), 100_000);
  for (const byte of message('D', Buffer.alloc(20_000))) framer.push(Buffer.from([byte]));
  expect(out).toEqual([20_000]);
  const before = process.memoryUsage().arrayBuffers;
  const greedy = createFramer(() => {}, 2 ** 31);
  greedy.push(Buffer.from([0x44, 0x40, 0, 0, 0, 1]));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  expect(greedy.rest()).toHaveLength(6);
});

/** A DataRow body as a server sends it. */
function dataRow(values: readonly (string | null)[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeUInt16BE(values.length);
  const parts = values.map((value) => {
    const bytes = Buffer.from(value ?? '');
    const length = Buffer.alloc(4);
    length.writeInt32BE(value === null ? -1 : bytes.length);
    return Buffer.concat([length, bytes]);
  });
  return Buffer.concat([count, ...parts]);
}

test('rows come out as they were, whatever the names are written in', () => {
  const value = fc.option(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 60, maxLength: 70 })));
  fc.assert(
    fc.property(fc.array(fc.array(value, { maxLength: 5 }), { maxLength: 6 }), (rows) => {
      const read = createRowReader();
      const out: (readonly (string | null)[])[] = [];
      const framer = createFramer((_, bytes, start, end) => out.push(read(bytes, start, end)), 100_000);
      framer.push(Buffer.concat(rows.map((row) => message('D', dataRow(row)))));
      expect(out).toEqual(rows);
    }),
  );
});
