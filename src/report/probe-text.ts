import type { ProbeReport } from '../probe/probe.js';
import { seconds } from './plan-words.js';

/** What the probe saw, for people: a line, and one more for each failure that is told. */
export function formatProbe({
  sent,
  failed,
  failures,
  reconnected,
  unjudged,
  p50,
  p99,
  seconds: took,
  overlap,
}: ProbeReport): string {
  const [what, ...times] = [
    sent === 0 ? 'nothing was proven' : `${failed} of ${sent} requests failed`,
    ...(p50 === null || p99 === null ? [] : [`p50 ${milliseconds(p50)}`, `p99 ${milliseconds(p99)}`]),
    ...(overlap === 0 ? [] : [`old and new answered side by side for ${seconds(overlap)}`]),
    ...(reconnected === 0 ? [] : [`${reconnected} asked again on a new connection`]),
    ...(unjudged === 0 ? [] : [`${unjudged} requests say nothing of the change`]),
  ];
  const details = [`in ${seconds(took * 1000)}`, ...times].join(', ');
  const untold = failed - failures.length;
  return [
    `probe: ${what} (${details})`,
    ...failures.map((failure) => `  ${failure}`),
    ...(untold > 0 ? [`  and ${untold} more`] : []),
  ].join('\n');
}

const milliseconds = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
