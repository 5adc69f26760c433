import { Chalk } from 'chalk';
import type { Paint } from './paint.ts';

const chalk = new Chalk({ level: 1 });

/** The sixteen colours that every terminal has, as its owner set them. */
export const COLORS: Paint = {
  pass: chalk.green,
  warn: chalk.yellow,
  fail: chalk.red,
  dim: chalk.dim,
  bold: chalk.bold,
  code: chalk.cyan,
};
