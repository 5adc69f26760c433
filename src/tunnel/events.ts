import type { Finding } from '../report/finding.ts';

/** What happened in a tunnel, as data: the CLI prints it, as lines for people or as JSON. */
export type TunnelEvent =
  /** Clients may connect now. */
  | { readonly event: 'ready'; readonly host: string; readonly port: number; readonly url: string; readonly ms: number }
  /** Something that the user should hear, with its words in the catalogue. */
  | { readonly event: 'notice'; readonly finding: Finding }
  | { readonly event: 'client-opened'; readonly client: number; readonly clients: number }
  | {
      readonly event: 'client-closed';
      readonly client: number;
      readonly clients: number;
      readonly ms: number;
      /** Bytes to the database and from it. */
      readonly sent: number;
      readonly received: number;
    }
  /** The bastion did not open the forward, or was not there: the client was told why. */
  | { readonly event: 'client-refused'; readonly client: number; readonly finding: Finding }
  /** The bastion is gone; so many clients lost their sessions. */
  | { readonly event: 'lost'; readonly finding: Finding; readonly clients: number }
  | { readonly event: 'reconnecting'; readonly attempt: number; readonly inMs: number; readonly finding?: Finding }
  | { readonly event: 'reconnected'; readonly attempt: number; readonly ms: number }
  /** No new clients; the open ones may finish. */
  | { readonly event: 'draining'; readonly clients: number; readonly graceMs: number }
  | { readonly event: 'stopped' }
  /** The tunnel cannot go on (a changed host key, a refused login). */
  | { readonly event: 'failed'; readonly finding: Finding };
