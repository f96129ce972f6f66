import { describe, expect, it } from 'vitest';
import { gatewayLocations, locationsIn } from '../../../src/verify/gateway-locations.js';
import { openTarget } from '../../../src/verify/target.js';
import { withConfiguration } from './support/configured.js';
import { makeSpec } from './support/spec.js';

const CONFIGURATION = `
server {
    listen 443 ssl;
    location = /predict { proxy_pass http://api; }
    location ^~ /legacy/ {
        if ($http_x = "}") { return 403; }
        proxy_pass http://api/;
    }
    location "/in quotes" { return 404; }
    location ~ ^/v2/ { proxy_pass http://api; }
    location @named { return 404; }
    location = /error { internal; return 200; }
    location / { return 404; }
}
server {
    listen 8081;
    location /basic { stub_status; }
    location / { return 404; }
}`;

describe('locationsIn', () => {
  it('lists the paths that one can ask for, and what answers with the status', () => {
    expect(locationsIn(CONFIGURATION).paths).toEqual([
      { path: '/predict', isStatus: false },
      { path: '/legacy/', isStatus: false },
      { path: '/', isStatus: false },
      { path: '/basic', isStatus: true },
    ]);
  });

  it('reads the older form of the directive, and files that end too early', () => {
    expect(locationsIn('location /s { stub_status on; }').paths).toEqual([{ path: '/s', isStatus: true }]);
    expect(locationsIn('location /open {').paths).toEqual([{ path: '/open', isStatus: false }]);
  });

  it('shows the patterns, of which nobody knows all paths', () => {
    const text = 'location ~* "^/v\\d{1,2}/" { return 404; } location ~ \\.php$ { internal; }';
    expect(locationsIn(CONFIGURATION + text).patterns).toEqual(['~ ^/v2/', '~* "^/v\\d{1,2}/"']);
  });
});

describe('gatewayLocations', () => {
  it("reads the gateway's own configuration", async () => {
    const { paths } = await gatewayLocations(withConfiguration(CONFIGURATION));
    expect(paths.map(({ path }) => path)).toContain('/legacy/');
  });

  it('knows none where nothing can be read', async () => {
    const none = { paths: [], patterns: [] };
    expect(await gatewayLocations(withConfiguration(new Error('no')))).toEqual(none);
    expect(await gatewayLocations(openTarget(makeSpec()))).toEqual(none);
  });
});
