import type { ServerFacts, TcpFacts, TlsStageFacts } from '../probes/evidence.ts';
import { defineCheck } from './define-check.ts';

/** Above this each of a job's thousands of statements is felt, in ms. */
const SLOW = 150;

/** One round trip each: the TCP handshake, the answer to SSLRequest, the one query. No packet is sent for this. */
function roundTrips(tcp: TcpFacts, tls: TlsStageFacts, server: ServerFacts): readonly number[] {
  const dialled = tcp.attempts.filter((each) => each.connected && each.address === tcp.address).map(({ ms }) => ms);
  const answer = tls.details['answerMs'];
  return [...dialled, ...(typeof answer === 'number' ? [answer] : []), server.roundTripMs];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] =
    sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : [sorted[middle - 1], sorted[middle]];
  return (low + high) / 2;
}

const shown = (ms: number): string => (ms < 10 ? ms.toFixed(1) : String(Math.round(ms)));

export default defineCheck({
  id: 'server.latency',
  stage: 'server',
  title: 'the server is near',
  needs: ['tcp', 'tls', 'server'],
  codes: {
    'server-latency-high': {
      severity: 'warning',
      title: 'long round trips',
      message: 'A round trip to the server takes {ms} ms (median of {count}): row-by-row work will crawl.',
      fix: 'Run the job near the database (same region), or batch its statements; the path shows: mtr -T -P {port} {address}',
    },
  },
  summary: ({ tcp, tls, server }) => {
    const times = roundTrips(tcp, tls, server);
    return `median round trip ${shown(median(times))} ms of ${times.length}`;
  },
  judge: ({ tcp, tls, server }) => {
    const times = roundTrips(tcp, tls, server);
    const ms = median(times);
    if (ms < SLOW) return [];
    const { address, port } = tcp;
    return [{ code: 'server-latency-high', args: { ms: shown(ms), count: times.length, address, port } }];
  },
});
