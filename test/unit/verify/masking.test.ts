import { describe, expect, it } from 'vitest';
import { basicToken, createMasker } from '../../../src/verify/masking.js';

const masker = createMasker({
  user: 'ana',
  password: 'a-long-password',
  grafana: { url: '', user: 'viewer', password: 'short' },
});

const sent = (user: string, password: string): string | undefined =>
  masker.headers({ authorization: `Basic ${basicToken(user, password)}` })['authorization'];

describe('createMasker', () => {
  it('masks headers that carry secrets, whatever they hold', () => {
    expect(masker.headers({ Authorization: 'Basic eHl6', 'set-cookie': 'session=1', Accept: '*/*' })).toEqual({
      Authorization: 'Basic *** (wrong on purpose)',
      'set-cookie': '***',
      Accept: '*/*',
    });
  });

  it('tells whose credentials they are', () => {
    expect(sent('ana', 'a-long-password')).toBe('Basic ***');
    expect(sent('viewer', 'short')).toBe('Basic *** (of Grafana)');
    expect(sent('ana', '')).toBe('Basic *** (wrong on purpose)');
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
