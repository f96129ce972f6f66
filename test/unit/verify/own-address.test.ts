import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isInNetworkOfHost, isLocal, outsideAddressFor, secondAddressFor } from '../../../src/verify/own-address.js';
import { makeContainer, published } from './support/containers.js';
import { pretendInterfaces } from './support/interfaces.js';
import { makeSpec } from './support/spec.js';

const BRIDGES = { lo: '127.0.0.1', docker0: '172.17.0.1', 'br-0123456789ab': '172.18.0.1' };
beforeEach(() => {
  pretendInterfaces({ ...BRIDGES, wlan0: '192.168.7.3' });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const gatewayAt = (address: string) => ({
  containers: [makeContainer('nginx', { ports: [published(443, 443)], addresses: [address] })],
});

describe('secondAddressFor', () => {
  it('is none of a bridge, by its name or because the gateway is in its network', () => {
    expect(secondAddressFor(makeSpec())).toBe('192.168.7.3');
    pretendInterfaces({ lo: '127.0.0.1', stack: '172.30.0.1', wlan0: '192.168.7.3' });
    expect(secondAddressFor(makeSpec({ deployment: gatewayAt('172.30.0.9') }))).toBe('192.168.7.3');
  });

  it('is nobody on a machine that has nothing but bridges', () => {
    pretendInterfaces(BRIDGES);
    expect(secondAddressFor(makeSpec())).toBeUndefined();
    expect(outsideAddressFor(makeSpec())).toBe('172.17.0.1');
  });

  it('is not the address that all other requests go to', () => {
    expect(secondAddressFor(makeSpec({ https: 'https://192.168.7.3' }))).toBeUndefined();
    expect(secondAddressFor(makeSpec({ https: 'https://mlops.test', resolved: '192.168.7.3' }))).toBeUndefined();
  });

  it('is nothing of another machine', () => {
    expect(secondAddressFor(makeSpec({ https: 'https://203.0.113.5' }))).toBeUndefined();
    expect(outsideAddressFor(makeSpec({ https: 'https://203.0.113.5' }))).toBeUndefined();
  });
});

describe('outsideAddressFor', () => {
  it('prefers what is no bridge', () => {
    expect(outsideAddressFor(makeSpec())).toBe('192.168.7.3');
  });
});

describe('isInNetworkOfHost', () => {
  it('compares networks', () => {
    expect(isInNetworkOfHost(makeContainer('a', { addresses: ['172.18.0.5'] }))).toBe(true);
    expect(isInNetworkOfHost(makeContainer('a', { addresses: ['172.19.0.5'] }))).toBe(false);
  });
});

describe('isLocal', () => {
  it.each(['https://localhost', 'https://127.0.0.1:8443', 'https://[::1]', 'https://172.17.0.1'])('%s', (https) => {
    expect(isLocal({ https, connectTo: null })).toBe(true);
  });

  it('goes by the address that is connected to', () => {
    expect(isLocal({ https: 'https://mlops.test', connectTo: '127.0.0.1' })).toBe(true);
    expect(isLocal({ https: 'https://mlops.test', connectTo: null })).toBe(false);
    expect(isLocal({ https: 'https://localhost', connectTo: '203.0.113.5' })).toBe(false);
  });

  it('goes by where a name was found to lead', () => {
    expect(isLocal({ https: 'https://mlops.test', connectTo: null, resolved: '192.168.7.3' })).toBe(true);
    expect(isLocal({ https: 'https://mlops.test', connectTo: null, resolved: '203.0.113.5' })).toBe(false);
  });
});
