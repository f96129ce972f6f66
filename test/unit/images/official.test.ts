import { expect, it } from 'vitest';
import { OFFICIAL_IMAGES } from '../../../src/images/official.js';

it('pins every image to a full version', () => {
  for (const reference of Object.values(OFFICIAL_IMAGES))
    expect(reference).toMatch(/^[a-z0-9/-]+:v?\d+\.\d+\.\d+(-[a-z0-9]+)*$/);
});
