import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressAllocator } from '../../../src/plan/placement.js';
import { MAXIMUM_APIS } from '../../../src/stack/services/api.js';
import { chooseSubnet, freeAddress, upperHalf } from '../../../src/stack/subnet.js';
import { example } from './example.js';

/** First and last address as numbers; written without the code under test. */
function rangeOf(cidr: string): { first: number; last: number } {
  const [address = '', bits = '32'] = cidr.split('/');
  const value = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - Number(bits));
  const first = value - (value % size);
  return { first, last: first + size - 1 };
}

const overlap = (a: string, b: string): boolean =>
  rangeOf(a).first <= rangeOf(b).last && rangeOf(b).first <= rangeOf(a).last;

const project = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,39}$/);
/** Not wider than /12, so that something stays free. */
const cidr = fc
  .tuple(fc.constantFrom(10, 172, 192), fc.nat(255), fc.nat(255), fc.nat(255), fc.integer({ min: 12, max: 32 }))
  .map(([a, b, c, d, bits]) => `${a}.${b}.${c}.${d}/${bits}`);

describe('chooseSubnet', () => {
  test('never overlaps what is taken, and always gives a private /22', () => {
    fc.assert(
      fc.property(project, fc.array(cidr, { maxLength: 20 }), (name, taken) => {
        const subnet = chooseSubnet(name, taken);
        expect(subnet).toMatch(/^10\.\d+\.\d+\.0\/22$/);
        expect(taken.filter((other) => overlap(other, subnet))).toEqual([]);
      }),
    );
  });

  test('gives a project the same one every time, and another when that is taken', () => {
    const first = chooseSubnet('shop', []);
    expect(chooseSubnet('shop', ['192.168.0.0/16', '172.17.0.0/16', 'fd00::/8'])).toBe(first);
    const second = chooseSubnet('shop', [first]);
    expect(overlap(first, second)).toBe(false);
    expect(chooseSubnet('shop', [first])).toBe(second);
  });

  test('gives different projects different ones, mostly', () => {
    const names = Array.from({ length: 50 }, (_, index) => `project-${index}`);
    expect(new Set(names.map((name) => chooseSubnet(name, []))).size).toBeGreaterThan(45);
  });

  test('leaves the range that is taken by the whole machine', () => {
    const subnet = chooseSubnet('shop', ['10.0.0.0/8', '172.16.0.0/13']);
    expect(overlap(subnet, '10.0.0.0/8')).toBe(false);
    expect(subnet).toMatch(/^172\.(2[4-9]|3[01])\.\d+\.0\/22$/);
  });

  test('says so when nothing is left', () => {
    expect(() => chooseSubnet('shop', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'])).toThrow('no free subnet');
  });
});

test('the upper half is the second half', () => {
  expect(upperHalf('10.200.4.0/22')).toBe('10.200.6.0/23');
});

describe('freeAddress', () => {
  const SUBNET = '10.200.4.0/22';

  test('gives the lowest one that nothing has, above what is left to the engine', () => {
    expect(freeAddress(SUBNET, new Set())).toBe('10.200.4.10');
    expect(freeAddress(SUBNET, new Set(['10.200.4.10', '10.200.4.12']))).toBe('10.200.4.11');
    expect(freeAddress(SUBNET, new Set(['10.200.5.10', '10.201.4.10']))).toBe('10.200.4.10');
  });

  test('goes up to the end of the lower half, and says so when that is full', () => {
    const taken = new Set<string>();
    expect(() => {
      for (;;) taken.add(freeAddress(SUBNET, taken));
    }).toThrow('no free address in the lower half of 10.200.4.0/22');
    expect(taken.size).toBe(512 - 10);
    expect([...taken].at(-1)).toBe('10.200.5.255');
    expect([...taken]).toContain('10.200.5.44');
  });

  test('knows IPv4 only', () => {
    expect(() => freeAddress('fd00::/8', new Set())).toThrow('not an IPv4 subnet: fd00::/8');
  });
});

test('the largest stack, old and new replicas side by side, has distinct addresses below the range that the engine hands out', () => {
  const apis = Object.fromEntries(Array.from({ length: MAXIMUM_APIS }, (_, index) => [`v${index}`, { replicas: 20 }]));
  const { stack } = example({ apis });
  const addresses = stack.networks.find(({ internal }) => internal)?.addresses;
  const dynamic = rangeOf(addresses?.dynamicRange ?? '');
  const nothing = {
    containers: [],
    networks: [],
    volumes: [],
    leftovers: [],
    images: new Set<string>(),
    built: [],
    takenSubnets: [],
  };
  const allocate = addressAllocator(stack.networks, nothing);
  const fixed = stack.services.flatMap((service) =>
    // Twice the replicas: a rolling change runs old and new ones side by side.
    Array.from({ length: 2 * service.replicas }, () => Object.entries(allocate(service))).flat(),
  );
  expect(fixed).toHaveLength(MAXIMUM_APIS * 40);
  expect(new Set(fixed.map(([network]) => network))).toEqual(new Set(['shop-backend']));
  expect(new Set(fixed.map(([, address]) => address)).size).toBe(fixed.length);
  const subnet = rangeOf(addresses?.subnet ?? '');
  const places = fixed.map(([, address]) => rangeOf(address).first);
  expect(places.filter((at) => at <= subnet.first || at >= dynamic.first)).toEqual([]);
});
