import { NO_COLORS, type Paint } from './paint.ts';

/** How a text is to look: decided once at the edge, so that renderers stay pure. */
export interface Look {
  /** Columns of the terminal; 80 when unknown. */
  readonly width: number;
  readonly paint: Paint;
  /** False: ASCII symbols only (a terminal that is not UTF-8). */
  readonly unicode: boolean;
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
}

export const PLAIN: Look = { width: 80, paint: NO_COLORS, unicode: false, verbosity: 'normal' };
