import { describe, expect, it } from 'vitest';
import { stickiness } from '../../../src/verify/stickiness.js';
import { withConfiguration } from './support/configured.js';

describe('stickiness', () => {
  it.each([
    ['upstream a {\n    ip_hash;\n    server b;\n}', 'ip_hash'],
    ['upstream a { ip_hash; server b; }', 'ip_hash'],
    ['upstream a { server b; }\nupstream c{ip_hash;server d;}', 'ip_hash'],
    ['upstream a {\n  hash $remote_addr consistent;\n}', 'hash $remote_addr consistent'],
    ['upstream a {\n  server b;\n  sticky cookie srv expires=1h;\n}', 'sticky cookie srv expires=1h'],
  ])('%j', async (configuration, directive) => {
    expect(await stickiness(withConfiguration(configuration))).toBe(directive);
  });

  it.each([
    'upstream a {\n    # ip_hash;\n    server b;\n}',
    'upstream a { least_conn; server b; }',
    'upstream a { least_conn; # not ip_hash;\n server b; }',
    'upstream a { least_conn;# hash $request_uri;\n server b; }',
    'server { ip_hash; } split { hash $x; }',
    'set $by_ip_hash;',
    'map_hash_bucket_size 512;\nvariables_hash_max_size 2048;',
    '',
  ])('nothing in %j', async (configuration) => {
    expect(await stickiness(withConfiguration(configuration))).toBeNull();
  });
});
