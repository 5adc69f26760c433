import { NO_COLORS, type Paint } from './paint.ts';

/** How a text is to look: decided once at the edge, so that renderers stay pure. */
export interface Look {
  /** Columns of the terminal; 80 when unknown. */
  readonly width: number;
  /** Whether what does not fit is cut: on a terminal. In a pipe or a file a name is there to be found. */
  readonly clips: boolean;
  readonly paint: Paint;
  /** False: ASCII symbols only (a terminal that is not UTF-8). */
  readonly unicode: boolean;
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
}

export const PLAIN: Look = { width: 80, clips: true, paint: NO_COLORS, unicode: false, verbosity: 'normal' };
