import { describe, expect, it } from 'vitest';
import { basicToken, createMasker } from '../../../src/verify/masking.js';

const masker = createMasker({
  user: 'ana',
  password: 'a-long-password',
  grafana: { url: '', user: 'viewer', password: 'short' },
});

describe('createMasker', () => {
  it('masks headers that carry secrets, whatever they hold', () => {
    expect(masker.headers({ Authorization: 'Basic eHl6', 'set-cookie': 'session=1', Accept: '*/*' })).toEqual({
      Authorization: 'Basic ***',
      'set-cookie': '***',
      Accept: '*/*',
    });
  });

  it('masks the credentials themselves anywhere', () => {
    expect(
      masker.text(`a-long-password ${basicToken('ana', 'a-long-password')} ${basicToken('viewer', 'short')}`),
    ).toBe('*** *** ***');
  });

  it('leaves ordinary words alone that are somebody’s short password', () => {
    expect(masker.text('a short text')).toBe('a short text');
  });
});
