import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply } from './reply.js';

type Send = () => Promise<Reply>;

/**
 * Open-loop load: requests leave on schedule whether or not earlier ones were answered. A late
 * timer is caught up with, so that the number of requests is certain.
 * @param rate requests per second
 * @param duration seconds
 */
export async function flood(send: Send, { rate, duration }: { rate: number; duration: number }): Promise<Reply[]> {
  const start = performance.now();
  const replies: Promise<Reply>[] = [];
  for (let index = 0; index < rate * duration; index += 1) {
    const wait = start + (index * 1000) / rate - performance.now();
    if (wait > 0) await sleep(wait);
    replies.push(send());
  }
  return Promise.all(replies);
}

/**
 * Closed-loop load: each request leaves `gap` milliseconds after the answer to the one before.
 */
export async function trickle(send: Send, { count, gap }: { count: number; gap: number }): Promise<Reply[]> {
  const replies: Reply[] = [];
  while (replies.length < count) {
    await sleep(gap);
    replies.push(await send());
  }
  return replies;
}
