import { isLimited } from './limited.js';
import type { Ask, Reply } from './reply.js';
import type { TargetSpec } from './target.js';

/** What the gateway has said so far. */
export interface Traffic {
  /** Requests that it answered. */
  answered: number;
  /** Of these, by HTTPS. */
  secure: number;
  /** As if its limiter had rejected them. */
  limited: number;
}

/** Counts what the gateway answers: for comparison with its metrics, and to know a limiter from a dead stack. */
export function countTraffic({ https, http, rateLimit }: Pick<TargetSpec, 'https' | 'http' | 'rateLimit'>): {
  note(request: Ask, reply: Reply): Reply;
  traffic(): Traffic;
} {
  const traffic: Traffic = { answered: 0, secure: 0, limited: 0 };
  return {
    note: ({ origin = https }, reply) => {
      if (reply.status !== null && (origin === https || origin === http)) {
        traffic.answered += 1;
        if (origin === https) traffic.secure += 1;
        if (isLimited(reply, rateLimit?.status ?? null)) traffic.limited += 1;
      }
      return reply;
    },
    traffic: () => ({ ...traffic }),
  };
}

export const trafficSince = (before: Traffic, now: Traffic): Traffic => ({
  answered: now.answered - before.answered,
  secure: now.secure - before.secure,
  limited: now.limited - before.limited,
});
