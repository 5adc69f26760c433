import { SSH_HOST_KEY_CODES, SSH_LOGIN_CODES } from './ssh-codes-login.ts';
import { SSH_REACH_CODES } from './ssh-codes-reach.ts';
import { SSH_ROUTE_CODES } from './ssh-codes-route.ts';

/** Every finding code of the SSH route. */
export const SSH_CODES = { ...SSH_REACH_CODES, ...SSH_HOST_KEY_CODES, ...SSH_LOGIN_CODES, ...SSH_ROUTE_CODES };
