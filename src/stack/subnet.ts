import { createHash } from 'node:crypto';
import { operationError } from '../errors.js';

interface Range {
  start: number;
  end: number;
}

const toNumber = (address: string): number =>
  address.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);

const toAddress = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

function toRange(cidr: string): Range | null {
  const [address = '', bits = ''] = cidr.split('/');
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(address)) return null;
  const size = 2 ** (32 - Number(bits));
  const start = Math.floor(toNumber(address) / size) * size;
  return { start, end: start + size - 1 };
}

const overlap = (a: Range, b: Range): boolean => a.start <= b.end && b.start <= a.end;

/** Prefix length of the networks that we number: 1,022 addresses, half of them ours. */
const PREFIX = 22;
const SIZE = 2 ** (32 - PREFIX);

/** The upper half of 10.0.0.0/8 first: the engine's own default pools leave it alone. The others serve machines that are in 10.0.0.0/8 themselves. */
const POOLS = ['10.128.0.0/9', '172.16.0.0/12', '192.168.0.0/16'];

/**
 * A free /22 for a project: always the same one while nothing overlaps it.
 * @param taken CIDRs that must not be overlapped
 * @throws FortressError (exit 1) when every private range is taken
 */
export function chooseSubnet(project: string, taken: string[]): string {
  const ranges = taken.flatMap((cidr) => toRange(cidr) ?? []);
  const preference = createHash('sha256').update(project).digest().readUInt32BE();
  for (const pool of POOLS) {
    const free = freeSubnet(parse(pool), preference, ranges);
    if (free !== null) return `${toAddress(free)}/${PREFIX}`;
  }
  throw operationError('NO_FREE_SUBNET', `no free subnet: ${POOLS.join(', ')} are all taken`, {
    hint: 'remove networks that nothing uses (docker network prune), or leave a VPN that claims them all',
  });
}

function freeSubnet(pool: { start: number; bits: number }, preference: number, taken: Range[]): number | null {
  const count = 2 ** (PREFIX - pool.bits);
  for (let step = 0; step < count; step += 1) {
    const start = pool.start + ((preference + step) % count) * SIZE;
    if (!taken.some((range) => overlap(range, { start, end: start + SIZE - 1 }))) return start;
  }
  return null;
}

/** The upper half of a subnet, as a CIDR. */
export function upperHalf(subnet: string): string {
  const { start, bits } = parse(subnet);
  return `${toAddress(start + 2 ** (31 - bits))}/${bits + 1}`;
}

/** Hosts at the start of a subnet that are left to the engine: its gateway, and what it may add. */
const RESERVED = 10;

/**
 * The lowest address of the lower half that nothing has.
 * @throws FortressError (exit 1) when there is none, as runs that were killed half-way may have left many containers
 */
export function freeAddress(subnet: string, taken: ReadonlySet<string>): string {
  const { start, bits } = parse(subnet);
  for (let offset = RESERVED; offset < 2 ** (31 - bits); offset += 1) {
    const address = toAddress(start + offset);
    if (!taken.has(address)) return address;
  }
  throw operationError('NO_FREE_ADDRESS', `no free address in the lower half of ${subnet}`, {
    hint: 'containers of runs that were killed may have them all: `fortress down` removes them and keeps the data',
  });
}

function parse(subnet: string): { start: number; bits: number } {
  const range = toRange(subnet);
  if (!range) throw new RangeError(`not an IPv4 subnet: ${subnet}`);
  return { start: range.start, bits: Number(subnet.split('/')[1]) };
}
