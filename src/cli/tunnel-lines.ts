import { forTerminal } from '../render/escape.ts';
import type { Finding, WordedFinding } from '../report/finding.ts';
import type { TunnelEvent } from '../tunnel/events.ts';

/** Gives a finding its words. */
export type Wording = (finding: Finding) => WordedFinding;

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const said = (finding: Finding, worded: Wording): string => {
  const { message, fix } = worded(finding);
  return forTerminal(fix === '' ? message : `${message} ${fix}`);
};

/** An event as one line for people; null where it is no news for them. */
export function eventLine(event: TunnelEvent, verbose: boolean, worded: Wording): string | null {
  switch (event.event) {
    case 'ready':
      return null; // has a line of its own on standard output
    case 'notice':
      return said(event.finding, worded);
    case 'client-opened':
      return verbose ? `client ${event.client} connected (${event.clients} open)` : null;
    case 'client-closed': {
      const { client, clients, sent, received } = event;
      return verbose ? `client ${client} closed: ${sent} bytes sent, ${received} received (${clients} open)` : null;
    }
    case 'client-refused':
      return `client ${event.client} refused: ${said(event.finding, worded)}`;
    case 'lost':
      return `${said(event.finding, worded)} ${plural(event.clients, 'client')} closed.`;
    case 'reconnecting':
      return event.inMs === 0 ? null : `reconnecting in ${(event.inMs / 1000).toFixed(1)} s (try ${event.attempt})`;
    case 'reconnected':
      return `reconnected after ${Math.round(event.ms)} ms`;
    case 'draining':
      return event.clients === 0 ? null : `waiting for ${plural(event.clients, 'client')}; stop again to end now`;
    case 'stopped':
      return null;
    case 'failed':
      return `gives up: ${said(event.finding, worded)}`;
  }
}

/** Milliseconds are measured finer than anybody reads. */
const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? Math.round(value * 100) / 100 : value;

/** An event as one line of JSON, findings with their words. */
export function eventJson(event: TunnelEvent, at: Date, worded: Wording): string {
  const words = 'finding' in event && event.finding !== undefined ? { finding: worded(event.finding) } : {};
  return JSON.stringify({ time: at.toISOString(), ...event, ...words }, rounded);
}
