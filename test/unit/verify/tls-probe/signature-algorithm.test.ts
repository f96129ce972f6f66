import { describe, expect, it } from 'vitest';
import { signatureAlgorithmOf } from '../../../../src/verify/tls-probe/signature-algorithm.js';

/** A certificate of which only the algorithm is there: its object identifier, and parameters in hex. */
function certificate(id: string, parameters = ''): Buffer {
  const algorithm = `06${(id.length / 2).toString(16).padStart(2, '0')}${id}${parameters}`;
  const content = `300430020500${wrap(algorithm)}030100`;
  return Buffer.from(wrap(content), 'hex');
}

const wrap = (content: string): string => `30${(content.length / 2).toString(16).padStart(2, '0')}${content}`;

const PSS = '2a864886f70d01010a';

describe('signatureAlgorithmOf', () => {
  it.each([
    ['2a864886f70d01010b', '0500', 'RSA with SHA-256', false],
    ['2a864886f70d010105', '0500', 'RSA with SHA-1', true],
    ['2a864886f70d010102', '0500', 'RSA with MD2', true],
    ['2a8648ce3d0401', '', 'ECDSA with SHA-1', true],
    ['2a8648ce3d040303', '', 'ECDSA with SHA-384', false],
    ['2b6570', '', 'Ed25519', false],
    [PSS, '3000', 'RSA-PSS with SHA-1', true],
    [PSS, '300fa00d300b0609608648016503040201', 'RSA-PSS with SHA-2', false],
    ['2a0304', '', '1.2.3.4', false],
  ])('%s %s: %s', (id, parameters, name, isBroken) => {
    expect(signatureAlgorithmOf(certificate(id, parameters))).toEqual({ name, isBroken });
  });

  it.each([
    ['nothing', Buffer.alloc(0), '1 bytes wanted, 0 left'],
    ['another kind', Buffer.from('0203010203', 'hex'), 'an element of kind 2 where 48 should be'],
    ['half of it', certificate(PSS).subarray(0, 8), 'bytes wanted'],
  ])('rejects %s', (_name, bytes, message) => {
    expect(() => signatureAlgorithmOf(bytes)).toThrow(message);
  });
});
