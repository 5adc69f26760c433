import type { Status } from '../report/report.ts';
import type { Look } from './look.ts';

/** Colours by meaning. Meaning never rests on colour alone: symbols and words say it too. */
export interface Paint {
  readonly pass: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly fail: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly code: (text: string) => string;
}

const asItIs = (text: string): string => text;

/** For files, pipes and NO_COLOR: the colour library is not even loaded. */
export const NO_COLORS: Paint = { pass: asItIs, warn: asItIs, fail: asItIs, dim: asItIs, bold: asItIs, code: asItIs };

const UNICODE: Readonly<Record<Status, string>> = { pass: '✓', warn: '‼', fail: '✗', skip: '∅' };
const ASCII: Readonly<Record<Status, string>> = { pass: '+', warn: '!', fail: 'x', skip: '-' };

/** The symbol of a status; always shown beside a word. */
export const symbol = (status: Status, look: Look): string => (look.unicode ? UNICODE : ASCII)[status];

export const colorOf = (status: Status, paint: Paint): ((text: string) => string) =>
  status === 'pass' ? paint.pass : status === 'warn' ? paint.warn : status === 'fail' ? paint.fail : paint.dim;
