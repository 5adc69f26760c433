/** `host:port` as a forward names it; an IPv6 address stands in brackets. */
export const destinationOf = (host: string, port: number): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;
