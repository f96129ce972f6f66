import { expect, test } from 'vitest';
import { freeSubnet, moveAddresses } from '../../../../bench/up/subnets.js';

test('a free subnet is the next one as large that nobody has', () => {
  expect(freeSubnet('10.189.128.0/22', ['172.17.0.0/16'])).toBe('10.189.132.0/22');
  expect(freeSubnet('10.189.128.0/22', ['10.189.132.0/24', '10.189.139.128/25'])).toBe('10.189.140.0/22');
  expect(freeSubnet('10.255.252.0/22', [])).toBe('11.0.0.0/22');
});

test('moves the addresses of a subnet, and no others', () => {
  const text =
    'server 10.189.128.13:8000; allow 10.189.128.0/22; server 10.189.131.255; resolver 127.0.0.11, 10.189.132.1';
  expect(moveAddresses(text, '10.189.128.0/22', '10.200.4.0/22')).toBe(
    'server 10.200.4.13:8000; allow 10.200.4.0/22; server 10.200.7.255; resolver 127.0.0.11, 10.189.132.1',
  );
});
