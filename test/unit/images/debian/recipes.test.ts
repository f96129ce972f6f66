import { cpSync, mkdtempSync, rmSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRecipe, recipeReference, type Recipe } from '../../../../src/images/debian/recipes.js';

const RECIPE: Recipe = { packages: ['nginx'], hooks: ['true'], changes: ['USER 101:101'] };

describe('recipeReference', () => {
  it('is the same for the same recipe, wherever and whenever', () => {
    expect(recipeReference('nginx', RECIPE)).toBe('fortress/nginx:debian-2c41e108449d');
  });

  it.each<[string, Recipe]>([
    ['packages', { ...RECIPE, packages: ['nginx', 'libnginx-mod-http-js'] }],
    ['scripts', { ...RECIPE, hooks: ['false'] }],
    ['image settings', { ...RECIPE, changes: ['USER 102:101'] }],
    ['what belongs to which', { packages: ['nginx', 'true'], hooks: [], changes: ['USER 101:101'] }],
  ])('changes with the %s', (_what, changed) => {
    expect(recipeReference('nginx', changed)).not.toBe(recipeReference('nginx', RECIPE));
  });
});

describe('readRecipe', () => {
  it.each([
    ['nginx', 'USER 101:101'],
    ['exporter', 'USER 65534:65534'],
    ['prometheus', 'USER 65534:65534'],
  ] as const)('makes %s run without privileges, as in the official image', (image, user) => {
    expect(readRecipe(image).changes).toContain(user);
  });

  it('gives nginx the module that counts for Prometheus, as the official image does', () => {
    expect(readRecipe('nginx').packages).toEqual(expect.arrayContaining(['nginx', 'libnginx-mod-http-js']));
  });

  it('gives Python what a FastAPI application with an ONNX model needs', () => {
    expect(readRecipe('python').packages).toEqual(
      expect.arrayContaining(['python3', 'python3-fastapi', 'python3-uvicorn', 'python3-onnxruntime']),
    );
  });

  it('takes its scripts from the templates, so that another script is another image', () => {
    const templates = mkdtempSync(join(tmpdir(), 'fortress-templates-'));
    try {
      cpSync('templates/images', join(templates, 'images'), { recursive: true });
      const before = recipeReference('nginx', readRecipe('nginx', templates));
      expect(before).toBe(recipeReference('nginx', readRecipe('nginx')));
      appendFileSync(join(templates, 'images', 'debian', 'finish.sh'), 'true\n');
      expect(recipeReference('nginx', readRecipe('nginx', templates))).not.toBe(before);
    } finally {
      rmSync(templates, { recursive: true });
    }
  });
});
