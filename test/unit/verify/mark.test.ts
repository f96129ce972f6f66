import { describe, expect, it } from 'vitest';
import { createMarker } from '../../../src/verify/mark.js';

describe('createMarker', () => {
  it('marks a request by its query, whatever query it has', () => {
    const { mark } = createMarker('abc');
    expect(mark({ path: '/predict', method: 'POST' }, 7)).toEqual({ path: '/predict?verify=abc-7', method: 'POST' });
    expect(mark({ path: '/predict?v=1' }, 0).path).toBe('/predict?v=1&verify=abc-0');
  });

  it('finds each of its own marks once', () => {
    const { seenIn } = createMarker('abc');
    const log = [
      '10.0.0.1:52 - "POST /predict?verify=abc-1 HTTP/1.1" 200 OK',
      'slow: /predict?verify=abc-1',
      '"POST /predict?verify=abc-12 HTTP/1.1" 200',
      '"POST /predict?verify=other-3 HTTP/1.1" 200',
    ].join('\n');
    expect([...seenIn(log)]).toEqual([1, 12]);
  });

  it('has a name of its own', () => {
    const path = createMarker().mark({ path: '/' }, 0).path;
    expect(createMarker().mark({ path: '/' }, 0).path).not.toBe(path);
  });
});
