import { describe, expect, it } from 'vitest';
import { unchanged, withBasicAuth, withoutPasswords } from '../../../../bench/gateways/nginx-variants.js';

const CONFIGURATION = `
worker_processes auto;
server {
    auth_request /login;
    location = /login { auth_request off; proxy_pass http://passwords/; }
}`;

describe('the variants of a configuration', () => {
  it('have one worker, because each has one processor', () => {
    for (const variant of [unchanged, withoutPasswords, withBasicAuth]) {
      expect(variant(CONFIGURATION)).toContain('worker_processes 1;');
    }
  });

  it('leave the rest of it as it is', () => {
    expect(unchanged(CONFIGURATION)).toContain('auth_request /login;');
  });

  it('ask nobody for a password', () => {
    expect(withoutPasswords(CONFIGURATION)).not.toMatch(/auth_request \/login|auth_basic/);
  });

  it('check passwords in the server itself', () => {
    const variant = withBasicAuth(CONFIGURATION);
    expect(variant).toMatch(/auth_basic "fortress";\s+auth_basic_user_file htpasswd\.apr1;/);
    expect(variant).not.toContain('auth_request /login');
  });

  it('keep what answers the question inside of nginx', () => {
    expect(withBasicAuth(CONFIGURATION)).toContain('auth_request off;');
  });
});
