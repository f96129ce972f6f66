import { expect, it } from 'vitest';
import { formatManifest, parseManifest } from '../../../../src/images/archive/manifest.js';
import { MANIFEST } from './bundle.js';

it('reads what it writes', () => {
  expect(parseManifest(formatManifest(MANIFEST), 'b.tar')).toEqual(MANIFEST);
});

it.each([
  ['no JSON', '{'],
  ['another document', '{}'],
  ['no format', JSON.stringify(MANIFEST)],
  ['no images', formatManifest({ ...MANIFEST, images: [] })],
])('refuses %s', (_, text) => {
  expect(() => parseManifest(text, 'b.tar')).toThrow(
    expect.objectContaining({ exitCode: 2, message: expect.stringContaining('b.tar') as string }),
  );
});

it('says when only a newer fortress can read it', () => {
  const newer = JSON.stringify({ ...MANIFEST, format: 2, images: 'told otherwise' });
  expect(() => parseManifest(newer, 'b.tar')).toThrow(
    expect.objectContaining({
      why: 'it has format 2, which a newer fortress writes',
      hint: expect.stringContaining('update fortress') as string,
    }),
  );
});
