/** One number of inet_aton's notation: decimal, octal (leading 0) or hexadecimal (0x). */
const NUMBER = /^(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/;

/**
 * Whether getaddrinfo takes the text as an address without asking a name server: IPv4 in every notation of inet_aton
 * (`127.1`, `0x7f000001`), or IPv6 with or without a zone.
 */
export const isNumericAddress = (text: string): boolean => isIpv4(text) || isIpv6(text);

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  if (parts.length > 4 || !parts.every((part) => NUMBER.test(part))) return false;
  const numbers = parts.map((part) => (/^0[0-7]/.test(part) ? Number.parseInt(part, 8) : Number(part)));
  const last = numbers.pop() ?? 0;
  return numbers.every((number) => number <= 255) && last < 256 ** (4 - numbers.length);
}

function isIpv6(text: string): boolean {
  const zone = text.indexOf('%');
  if (zone !== -1 && zone === text.length - 1) return false;
  const address = zone === -1 ? text : text.slice(0, zone);
  return /^[0-9a-fA-F:.]+$/.test(address) && URL.canParse(`http://[${address}]/`);
}
