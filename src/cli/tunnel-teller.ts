import type { TunnelEvent } from '../tunnel/events.ts';
import type { Wording } from './tunnel-lines.ts';

export interface Teller {
  readonly tell: (event: TunnelEvent) => void;
  /** Fulfilled when all is said. */
  readonly told: () => Promise<void>;
}

/** A tunnel that is held has nothing else to do by then. */
const WORDS_AFTER_MS = 1000;

const noWords: Wording = () => {
  throw new Error('an event without a finding has no words');
};

/**
 * Tells events in their order. The words of findings are loaded for the first event that has one, or after a moment: a tunnel
 * may be held for longer than the files that it was started from.
 * @param say writes one event; never called with a finding before its words are there
 */
export function eventTeller(say: (event: TunnelEvent, at: Date, worded: Wording) => void): Teller {
  let worded: Wording | null = null;
  let loading: Promise<void> | null = null;
  const waiting: (readonly [TunnelEvent, Date])[] = [];
  const loadWords = async (): Promise<void> => {
    const words = await import('./tunnel-words.ts');
    ({ worded } = words);
    for (const [event, at] of waiting.splice(0)) say(event, at, words.worded);
  };
  const load = (): Promise<void> => (loading ??= loadWords());
  setTimeout(() => void load(), WORDS_AFTER_MS).unref();
  return {
    tell: (event) => {
      const at = new Date();
      const needsWords = 'finding' in event && event.finding !== undefined;
      if (worded !== null || (waiting.length === 0 && !needsWords)) return say(event, at, worded ?? noWords);
      waiting.push([event, at]);
      void load();
    },
    told: async () => {
      if (waiting.length > 0) await load();
    },
  };
}
