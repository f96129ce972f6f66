import { table } from '../../src/report/print.js';
import { figuresOf } from '../up/change/report.js';
import type { Sent } from '../up/change/load.js';
import type { Attacked } from './attackers.js';

export interface AttackResult {
  machine: { processor: string; node: string; loadAverage: number };
  rate: number;
  seconds: number;
  sharedAddress: boolean;
  attacks: { title: string; attacked: Attacked; before: Sent[]; during: Sent[] }[];
  /** Names of containers that began again, or are gone. */
  restarted: string[];
}

const round = (milliseconds: number): number => Math.round(milliseconds * 10) / 10;

/** Pure. */
export const toDocument = ({ attacks, ...rest }: AttackResult): object => ({
  ...rest,
  attacks: attacks.map(({ title, attacked, before, during }) => ({
    title,
    attacked,
    before: figuresOf(before),
    during: figuresOf(during),
    failures: during.flatMap(({ failure }) => failure ?? []),
  })),
});

const met = ({ sent, outcomes }: Attacked): string =>
  `${sent}: ${Object.entries(outcomes)
    .toSorted(([, one], [, other]) => other - one)
    .map(([outcome, times]) => `${times} × ${outcome}`)
    .join(', ')}`;

/** Pure. */
export function formatResult({ machine, rate, seconds, sharedAddress, attacks, restarted }: AttackResult): string {
  const rows = attacks.map(({ title, before, during }) => {
    const [quiet, loud] = [figuresOf(before), figuresOf(during)];
    return [
      title,
      `${loud.failed} of ${loud.sent}`,
      String(round(quiet.p99)),
      String(round(loud.p99)),
      `${(loud.p99 / quiet.p99).toFixed(1)} ×`,
    ];
  });
  return [
    `${machine.processor}, Node ${machine.node}, load average ${machine.loadAverage.toFixed(1)}; ${rate} good requests/s, ${seconds} s each, attacks from ${sharedAddress ? 'the same' : 'another'} address`,
    '',
    table([['attack', 'good ones failed', 'p99 before, ms', 'p99 during, ms', ''], ...rows]),
    '',
    'what the attacker sent and met:',
    table(attacks.map(({ title, attacked }) => [`  ${title}`, met(attacked)])),
    '',
    restarted.length === 0 ? 'no container restarted' : `restarted: ${restarted.join(', ')}`,
  ].join('\n');
}
