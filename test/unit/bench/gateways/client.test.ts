import { expect, it } from 'vitest';
import { countConnections } from '../../../../bench/gateways/client.js';

const printed = (number: number): string => `Collecting connection statistics for 2 seconds
****

${number} connections in 0.35s; 1220.00 connections/user sec, bytes read 0
${number} connections in 3 real seconds, 0 bytes read per connection
`;

it('adds up the connections of all processes of openssl s_time, each once', () => {
  expect(countConnections(printed(427) + printed(31))).toBe(458);
  expect(countConnections('connect: Connection refused\n')).toBe(0);
});
