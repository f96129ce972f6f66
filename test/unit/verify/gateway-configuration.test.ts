import { describe, expect, it } from 'vitest';
import { gatewayConfigurations } from '../../../src/verify/gateway-configuration.js';
import { openTarget } from '../../../src/verify/target.js';
import { withConfiguration } from './support/configured.js';
import { makeSpec } from './support/spec.js';

describe('gatewayConfigurations', () => {
  it('reads what the gateway runs with, without comments', async () => {
    const text = 'upstream a {\n    # ip_hash;\n    server b; # not a line of its own\n}';
    expect(await gatewayConfigurations(withConfiguration(text))).toEqual(['upstream a {\n    \n    server b; \n}']);
  });

  it('reads nothing where there is nothing to read', async () => {
    expect(await gatewayConfigurations(withConfiguration(''))).toEqual([]);
    expect(await gatewayConfigurations(withConfiguration(new Error('no')))).toEqual([]);
    expect(await gatewayConfigurations(openTarget(makeSpec()))).toEqual([]);
  });
});
