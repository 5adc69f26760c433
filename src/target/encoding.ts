// A byte order mark is part of the value for libpq.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes of a percent-encoded run (`%C3%A9`) as UTF-8; what is not UTF-8 gives U+FFFD. */
export const decodeRun = (run: string): string => decoder.decode(Buffer.from(run.replaceAll('%', ''), 'hex'));

/** Decodes what is percent-encoded and keeps every other `%` as it stands. */
export const decodeLeniently = (text: string): string =>
  text.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (run) => decodeRun(run));

/** The percent-encoding that every PostgreSQL client reads alike: all but letters, digits and `-._~*`. */
export const encodePart = (text: string): string =>
  text.replaceAll(/[^A-Za-z0-9._~*-]+/g, (run) =>
    Array.from(Buffer.from(run), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
