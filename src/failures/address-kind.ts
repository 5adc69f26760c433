/** Kinds of numeric addresses, told from their text. */

/** RFC 1918, RFC 6598, link-local, unique local and loopback: addresses that mean nothing outside their network. */
const PRIVATE =
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|169\.254\.|127\.|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|::1$)/i;

export const isPrivate = (address: string): boolean => PRIVATE.test(address);

export const isLoopback = (address: string): boolean =>
  address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.');
