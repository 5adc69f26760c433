import { CATALOGUE } from '../checks/catalogue.ts';
import { forTerminal } from '../render/escape.ts';
import type { Finding } from '../report/finding.ts';
import { word } from '../report/words.ts';
import type { TunnelEvent } from '../tunnel/events.ts';

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const said = (finding: Finding): string => {
  const { message, fix } = word(finding, CATALOGUE);
  return forTerminal(fix === '' ? message : `${message} ${fix}`);
};

/** An event as one line for people; null where it is no news for them. */
export function eventLine(event: TunnelEvent, verbose: boolean): string | null {
  switch (event.event) {
    case 'ready':
      return null; // has a line of its own on standard output
    case 'notice':
      return said(event.finding);
    case 'client-opened':
      return verbose ? `client ${event.client} connected (${event.clients} open)` : null;
    case 'client-closed': {
      const { client, clients, sent, received } = event;
      return verbose ? `client ${client} closed: ${sent} bytes sent, ${received} received (${clients} open)` : null;
    }
    case 'client-refused':
      return `client ${event.client} refused: ${said(event.finding)}`;
    case 'lost':
      return `${said(event.finding)} ${plural(event.clients, 'client')} closed.`;
    case 'reconnecting':
      return event.inMs === 0 ? null : `reconnecting in ${(event.inMs / 1000).toFixed(1)} s (try ${event.attempt})`;
    case 'reconnected':
      return `reconnected after ${Math.round(event.ms)} ms`;
    case 'draining':
      return event.clients === 0 ? null : `waiting for ${plural(event.clients, 'client')}; stop again to end now`;
    case 'stopped':
      return null;
    case 'failed':
      return `gives up: ${said(event.finding)}`;
  }
}

/** An event as one line of JSON, findings with their words. */
export function eventJson(event: TunnelEvent): string {
  const worded = 'finding' in event && event.finding !== undefined ? { finding: word(event.finding, CATALOGUE) } : {};
  return JSON.stringify({ time: new Date().toISOString(), ...event, ...worded });
}
