import { sshCodes } from '../failures/ssh.ts';
import { tunnelCodes } from '../failures/tunnel.ts';
import type { Finding } from '../report/finding.ts';
import { word } from '../report/words.ts';
import type { Refusal } from './refusal.ts';

// Loaded by `import()` when a client is refused: a tunnel that works starts without the words for what may break.
const WORDS = { ...sshCodes, ...tunnelCodes };

/** Why a client is refused, as its own protocol can tell. */
export function refusalOf(finding: Finding): Refusal {
  const { message, fix } = word(finding, WORDS);
  return { message: `pgmedic tunnel: ${message}`, hint: fix };
}
