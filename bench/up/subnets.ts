/** An IPv4 subnet: its first address, and how many it has. */
interface Subnet {
  first: number;
  size: number;
  prefix: number;
}

const toNumber = (address: string): number =>
  address.split('.').reduce((number, part) => number * 256 + Number(part), 0);

const toAddress = (number: number): string =>
  [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(number / unit) % 256).join('.');

function parseSubnet(cidr: string): Subnet {
  const [address = '', bits] = cidr.split('/');
  const prefix = Number(bits);
  const size = 2 ** (32 - prefix);
  return { first: Math.floor(toNumber(address) / size) * size, size, prefix };
}

const overlap = (one: Subnet, other: Subnet): boolean =>
  one.first < other.first + other.size && other.first < one.first + one.size;

/** The next subnet of the same size that overlaps with none of those taken (CIDR). Pure. */
export function freeSubnet(cidr: string, taken: string[]): string {
  const used = [cidr, ...taken].map(parseSubnet);
  const subnet = parseSubnet(cidr);
  do subnet.first += subnet.size;
  while (used.some((other) => overlap(subnet, other)));
  return `${toAddress(subnet.first)}/${subnet.prefix}`;
}

/** A text with every IPv4 address of one subnet replaced by the one at the same place of another as large. Pure. */
export function moveAddresses(text: string, from: string, to: string): string {
  const old = parseSubnet(from);
  const { first } = parseSubnet(to);
  return text.replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, (address) => {
    const place = toNumber(address) - old.first;
    return place >= 0 && place < old.size ? toAddress(first + place) : address;
  });
}
