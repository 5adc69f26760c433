import type { Args } from '../report/finding.ts';

/** The local side of a tunnel cannot be set up. `code` is one of failures/tunnel.ts. */
export class TunnelError extends Error {
  override readonly name = 'TunnelError';
  readonly code: string;
  readonly args: Args;
  constructor(code: string, args: Args) {
    super(code);
    this.code = code;
    this.args = args;
  }
}
