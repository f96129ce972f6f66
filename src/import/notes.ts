import { withoutSecrets } from './secret-values.js';

/** What the written configuration has from the project that was read. */
export interface Carried {
  /** `gateway.rateLimit` */
  key: string;
  /** `deployments/nginx/nginx.conf:12: limit_req_zone $binary_remote_addr … rate=10r/s` */
  from: string;
}

/** Something of the project that the configuration does not do, or does otherwise. */
export interface Left {
  what: string;
  /** Files and lines, or keys of the compose file. */
  where: string[];
  why: string;
  /** What a person can do about it; null: nothing is needed. */
  hint: string | null;
}

/** Collects, in the order of reading, what is carried over and what is not. */
export interface Notes {
  carried: Carried[];
  left: Left[];
  carry(key: string, from: string): void;
  leave(what: string, where: string | string[], why: string, hint?: string): void;
}

export function createNotes(): Notes {
  const carried: Carried[] = [];
  const left: Left[] = [];
  return {
    carried,
    left,
    carry: (key, from) => void carried.push({ key, from: shown(from) }),
    leave: (what, where, why, hint) =>
      void left.push({
        what: shown(what),
        where: (typeof where === 'string' ? [where] : where).map(shown),
        why: shown(why),
        hint: hint === undefined ? null : oneLine(hint),
      }),
  };
}

/** Longer than any line that a person writes on purpose. */
const LONGEST = 240;

/** What is longer has its beginning looked at only, and not all of that is shown. */
const LONGEST_READ = 8192;

/** What is noted goes to terminals and into files that are committed: no place for secrets. */
const shown = (text: string): string => oneLine(withoutSecrets(text.slice(0, LONGEST_READ)));

/** Text of the project as it may stand in a line comment and on a terminal. */
function oneLine(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\s]+/gu, ' ').trim();
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain;
}
