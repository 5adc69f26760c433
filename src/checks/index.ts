import type { Check } from './define-check.ts';
import serverConnections from './server-connections.ts';
import serverVersion from './server-version.ts';
import serverWritable from './server-writable.ts';
import tlsProof from './tls-proof.ts';

/** Every check, in the order of the report. A new check is its file and one line here. */
export const CHECKS: readonly Check[] = [tlsProof, serverVersion, serverWritable, serverConnections];
