import { describe, expect, it } from 'vitest';
import { otherPublishedPorts } from '../../../src/verify/published-ports.js';
import { makeContainer, published } from './support/containers.js';
import { makeSpec } from './support/spec.js';

const gateway = makeContainer('nginx', { ports: [published(443, 443), published(8080, 80), published(8081, 8081)] });
const portsOf = (changes: Parameters<typeof makeSpec>[0]) =>
  otherPublishedPorts(makeSpec({ https: 'https://localhost', http: 'http://localhost:8080', ...changes }));

describe('otherPublishedPorts', () => {
  it('are all but the declared ones and those of monitoring', () => {
    const containers = [
      gateway,
      makeContainer('helper', { ports: [published(9000, 80, '127.0.0.1')] }),
      makeContainer('prometheus', { ports: [published(9090, 9090)] }),
      makeContainer('gone', { running: false, ports: [published(9999, 80)] }),
    ];
    expect(portsOf({ deployment: { containers } })).toEqual([
      { authority: 'localhost:8081', isGateway: true, isGuess: false },
      { authority: '127.0.0.1:9000', isGateway: false, isGuess: false },
    ]);
  });

  it('are the usual ones in the network of the host', () => {
    const containers = [makeContainer('nginx', { hostNetwork: true })];
    const ports = portsOf({ deployment: { containers } });
    expect(ports.map(({ authority }) => authority.split(':').at(-1))).toEqual(['80', '8081']);
    expect(ports.every(({ isGuess }) => !isGuess)).toBe(true);
  });

  it('are guessed of another machine, and never of this one', () => {
    expect(portsOf({})).toEqual([]);
    expect(portsOf({ https: 'https://203.0.113.5', http: 'http://203.0.113.5' })).toEqual([
      { authority: '203.0.113.5:8080', isGateway: true, isGuess: true },
      { authority: '203.0.113.5:8081', isGateway: true, isGuess: true },
    ]);
  });
});
