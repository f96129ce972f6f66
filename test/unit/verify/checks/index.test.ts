import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../../src/verify/checks/index.js';

const files = readdirSync(new URL('../../../../src/verify/checks/', import.meta.url)).filter(
  (name) => name !== 'index.ts',
);

describe('CHECKS', () => {
  it('holds every file of its folder, under the id that the file is named after', () => {
    expect(CHECKS.map(({ id }) => `${id.replace('.', '-')}.ts`).toSorted()).toEqual(files.toSorted());
  });

  it('runs floods last', () => {
    const kinds = CHECKS.map(({ kind }) => kind);
    expect(kinds.lastIndexOf('flood')).toBe(kinds.length - 1);
    expect(kinds.slice(kinds.indexOf('flood')).every((kind) => kind === 'flood')).toBe(true);
  });
});
