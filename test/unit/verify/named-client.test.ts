import { describe, expect, it } from 'vitest';
import { binomialBounds } from '../../../src/verify/binomial.js';
import { clientAddresses } from '../../../src/verify/named-client.js';
import { murmurHash2 } from './support/split-clients.js';

describe('clientAddresses', () => {
  it('are IPv4 addresses, each once, the same ones every time', () => {
    const addresses = clientAddresses(757);
    expect(new Set(addresses).size).toBe(757);
    expect(addresses).toEqual(clientAddresses(1000).slice(0, 757));
    for (const address of addresses) expect(address).toMatch(/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|$)){4}$/);
  });

  it.each([
    [400, 2],
    [757, 1],
  ])(
    "as many as %d are a fair sample of nginx' hashes: any share from %d %% on, wherever it lies, is within its bounds",
    (count, least) => {
      const hashes = clientAddresses(count).map((address) => (100 * murmurHash2(address)) / 2 ** 32);
      const below = Array.from({ length: 101 }, (_, percent) => hashes.filter((hash) => hash < percent).length);
      const unfair: string[] = [];
      for (let share = least; share <= 100 - least; share += 1) {
        const bounds = binomialBounds(count, share / 100, 0.0005);
        for (let start = 0; start + share <= 100; start += 1) {
          const found = (below[start + share] ?? 0) - (below[start] ?? 0);
          if (found < bounds.least || found > bounds.most) unfair.push(`${start} % to ${start + share} %: ${found}`);
        }
      }
      expect(unfair).toEqual([]);
    },
  );
});
