import { isIP } from 'node:net';
import { configError } from '../errors.js';

/** A name in a certificate, in the one spelling in which two equal names are equal text. */
export interface SubjectName {
  kind: 'dns' | 'ip';
  value: string;
}

/**
 * The names that a certificate for these hosts carries, each once.
 * @throws FortressError (exit 2) on an address with a zone, which a certificate cannot hold
 */
export function subjectNames(hosts: readonly string[]): SubjectName[] {
  const names = hosts.map((host): SubjectName => {
    if (isIP(host) === 0) return { kind: 'dns', value: host.toLowerCase() };
    return { kind: 'ip', value: canonicalAddress(host) };
  });
  return names.filter(({ value }, index) => names.findIndex((other) => other.value === value) === index);
}

/** Reads what Node says of a certificate: `DNS:localhost, IP Address:127.0.0.1`. */
export function parseSubjectAltName(text: string | undefined): string[] {
  return (text ?? '')
    .split(', ')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [, kind, value] = /^(DNS|IP Address):(.*)$/.exec(entry) ?? [];
      if (kind === undefined || value === undefined) return entry;
      return kind === 'DNS' ? value.toLowerCase() : canonicalAddress(value);
    });
}

/** The shortest spelling of an address (RFC 5952): `::1` for `0:0:0:0:0:0:0:1`. */
function canonicalAddress(address: string): string {
  if (isIP(address) === 4) return address;
  if (!URL.canParse(`http://[${address}]/`)) {
    throw configError(`gateway.hosts: found "${address}", which a certificate cannot hold`, {
      hint: 'leave the zone (the part from "%") away, or use a host name',
    });
  }
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

/** The 4 or 16 bytes of an address in canonical spelling, in network order. */
export function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail = ''] = address.split('::');
  const left = groups(head);
  const right = groups(tail);
  const all = [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

const groups = (text: string): number[] =>
  text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
