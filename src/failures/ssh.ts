import { sshHostKeyCodes, sshLoginCodes } from './ssh-codes-login.ts';
import { sshReachCodes } from './ssh-codes-reach.ts';
import { sshRouteCodes } from './ssh-codes-route.ts';

/** Every finding code of the SSH route. */
export const sshCodes = { ...sshReachCodes, ...sshHostKeyCodes, ...sshLoginCodes, ...sshRouteCodes };
