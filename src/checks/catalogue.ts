import { loginRefusalCodes } from '../failures/login-refusals.ts';
import { connectionCodes } from '../failures/connection.ts';
import { networkCodes } from '../failures/network.ts';
import { peerCodes } from '../failures/peer.ts';
import { postgresCodes } from '../failures/postgres.ts';
import { sshCodes } from '../failures/ssh.ts';
import { tlsHandshakeCodes } from '../failures/tls-handshake.ts';
import { tlsFileCodes } from '../failures/tls-files.ts';
import { tlsCodes } from '../failures/tls.ts';
import { tunnelCodes } from '../failures/tunnel.ts';
import { idleCodes } from '../failures/tunnel-idle.ts';
import { ACCEPTANCE_CODES } from '../grants/acceptance.ts';
import { GRANTS_CODES } from '../grants/codes.ts';
import type { Catalogue } from '../report/finding.ts';
import { SQL_CODES } from '../sql/codes.ts';
import { usageCodes } from '../report/usage-codes.ts';
import { EXCESS_CODES } from '../grants/excess-findings.ts';
import { EXPLAIN_CODES } from '../grants/explain-probes.ts';
import { profileCodes } from '../profiles/codes.ts';
import { targetCodes } from '../target/codes.ts';
import { CHECKS } from './index.ts';

/** Every finding code of pgmedic with its words. */
export const CATALOGUE: Catalogue = {
  ...usageCodes,
  ...targetCodes,
  ...profileCodes,
  ...EXPLAIN_CODES,
  ...EXCESS_CODES,
  ...GRANTS_CODES,
  ...ACCEPTANCE_CODES,
  ...SQL_CODES,
  ...networkCodes,
  ...peerCodes,
  ...sshCodes,
  ...tunnelCodes,
  ...idleCodes,
  ...postgresCodes,
  ...loginRefusalCodes,
  ...tlsCodes,
  ...tlsHandshakeCodes,
  ...tlsFileCodes,
  ...connectionCodes,
  ...Object.assign({}, ...CHECKS.map((check) => check.codes)),
};
