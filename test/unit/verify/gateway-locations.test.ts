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
    expect(locationsIn(CONFIGURATION)).toEqual([
      { path: '/predict', isStatus: false },
      { path: '/legacy/', isStatus: false },
      { path: '/', isStatus: false },
      { path: '/basic', isStatus: true },
    ]);
  });

  it('reads the older form of the directive, and files that end too early', () => {
    expect(locationsIn('location /s { stub_status on; }')).toEqual([{ path: '/s', isStatus: true }]);
    expect(locationsIn('location /open {')).toEqual([{ path: '/open', isStatus: false }]);
  });
});

describe('gatewayLocations', () => {
  it("reads the gateway's own configuration", async () => {
    expect((await gatewayLocations(withConfiguration(CONFIGURATION))).map(({ path }) => path)).toContain('/legacy/');
  });

  it('knows none where nothing can be read', async () => {
    expect(await gatewayLocations(withConfiguration(new Error('no')))).toEqual([]);
    expect(await gatewayLocations(openTarget(makeSpec()))).toEqual([]);
  });
});
