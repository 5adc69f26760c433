import type { Check } from './define-check.ts';
import dnsSpeed from './dns-speed.ts';
import loginPassword from './login-password.ts';
import serverClock from './server-clock.ts';
import serverConnections from './server-connections.ts';
import serverLatency from './server-latency.ts';
import serverPasswordEncryption from './server-password-encryption.ts';
import serverPooler from './server-pooler.ts';
import serverProvider from './server-provider.ts';
import serverRoleExpiry from './server-role-expiry.ts';
import serverSearchPath from './server-search-path.ts';
import serverTimeouts from './server-timeouts.ts';
import serverUser from './server-user.ts';
import serverVersion from './server-version.ts';
import serverWritable from './server-writable.ts';
import tlsCertificate from './tls-certificate.ts';
import tlsProof from './tls-proof.ts';
import tlsProtocol from './tls-protocol.ts';
import tlsVerification from './tls-verification.ts';

/** Every check, in the order of the report. A new check is its file and one line here. */
export const CHECKS: readonly Check[] = [
  dnsSpeed,
  tlsProof,
  tlsProtocol,
  tlsCertificate,
  tlsVerification,
  loginPassword,
  serverProvider,
  serverVersion,
  serverPooler,
  serverUser,
  serverWritable,
  serverConnections,
  serverTimeouts,
  serverSearchPath,
  serverPasswordEncryption,
  serverRoleExpiry,
  serverClock,
  serverLatency,
];
