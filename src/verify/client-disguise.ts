import { predictionRequest } from './prediction.js';
import type { Ask } from './reply.js';
import type { TargetSpec } from './target.js';

/** Something that a single client can say differently in every request. */
export interface Disguise {
  /** In words that follow "limited". */
  name: string;
  /** The n-th request of a flood. */
  request(spec: TargetSpec, n: number): Ask;
  /** Being taken in by it may be meant: worth a warning. */
  advisory?: true;
}

/** Addresses for documentation (RFC 5737) and for benchmarks (RFC 2544): nobody's, and no proxy's. */
const CLAIMED = '203.0.113.9';
const claimed = (n: number): string => `198.18.${(n >> 8) & 255}.${n & 255}`;

/** Every header that a key may be made of, always the same: a limit that counts by one of them is seen to limit. */
export const plainRequest = (spec: TargetSpec, group?: string): Ask =>
  withHeaders(predictionRequest(spec, group === undefined ? {} : { group }), {
    'X-Forwarded-For': CLAIMED,
    ...browser(spec, 0),
  });

/** What browsers say of themselves, of a visit, and of the page before. */
const browser = ({ https }: TargetSpec, n: number): Record<string, string> => ({
  'User-Agent': `fortress-verify/${n}`,
  Cookie: `session=${n}`,
  Referer: `${https}/${n}`,
});

export const DISGUISES: readonly Disguise[] = [
  {
    // The last address is what a trusted proxy would have added: it stays.
    name: 'whatever comes first in X-Forwarded-For',
    request: (spec, n) => withHeaders(plainRequest(spec), { 'X-Forwarded-For': `${claimed(n)}, ${CLAIMED}` }),
  },
  {
    name: 'whatever address X-Forwarded-For and X-Real-IP claim',
    advisory: true,
    request: (spec, n) => withHeaders(plainRequest(spec), { 'X-Forwarded-For': claimed(n), 'X-Real-IP': claimed(n) }),
  },
  {
    name: 'whatever its query',
    request: (spec, n) => {
      const request = plainRequest(spec);
      return { ...request, path: `${request.path}?n=${n}` };
    },
  },
  {
    name: 'whatever its User-Agent, Cookie and Referer',
    request: (spec, n) => withHeaders(plainRequest(spec), browser(spec, n)),
  },
  {
    name: 'whatever its user',
    request: (spec, n) => ({ ...plainRequest(spec), auth: { user: `nobody-${n}`, password: 'wrong' } }),
  },
];

const withHeaders = (request: Ask, headers: Record<string, string>): Ask => ({
  ...request,
  headers: { ...request.headers, ...headers },
});
