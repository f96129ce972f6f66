import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FortressConfig } from '../../../../src/config/types.js';
import { rightConfig } from '../../render/any-config.js';
import { DEFAULT, exportOf, objectOf, objectsOf, type KubernetesObject } from './material.js';
import { faultOf } from './schema.js';

const CONFIGS: Record<string, FortressConfig> = {
  default: {},
  exam: { preset: 'exam' },
  'no monitoring': { monitoring: false },
  'no Grafana': { monitoring: { grafana: false } },
  'an A/B test, stop first': {
    routes: [{ weight: 20, to: 'v2' }, { to: 'v1' }],
    apis: { v1: { replicas: 5, rollout: { order: 'stop-first', batch: 2 } }, v2: {} },
  },
  'images of one’s own': {
    apis: {
      v1: {
        image: 'ghcr.io/team/api:1',
        port: 80,
        health: '/up',
        cpus: 0.5,
        user: '1000:1000',
        secrets: { TOKEN: 'token' },
      },
      v2: { image: 'ghcr.io/team/api:2', user: '0:0', metrics: false, model: 'model/other.onnx' },
    },
  },
};

const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const LABEL = /^[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$/;
const KEY = /^[\w.-]+$/;

/** What the API server asks for and no schema says. */
function rulesBroken({ kind, metadata, data = {}, binaryData = {} }: KubernetesObject): string[] {
  const keys = [...Object.keys(data), ...Object.keys(binaryData)];
  return [
    ...(NAME.test(metadata.name) && metadata.name.length <= 63 ? [] : [`name ${metadata.name}`]),
    ...Object.values(metadata.labels ?? {}).filter((value) => value.length > 63 || !LABEL.test(value)),
    ...keys.filter((key) => !KEY.test(key) || key.startsWith('..')),
    ...(kind === 'Namespace' || metadata.namespace !== undefined ? [] : [`${kind} without a namespace`]),
  ];
}

const faultsOf = (objects: KubernetesObject[]): string[] => [
  ...objects.flatMap((object) => [...(faultOf(object) ?? []), ...rulesBroken(object)]),
  ...duplicates(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)),
];

const duplicates = (names: string[]): string[] => names.filter((name, index) => names.indexOf(name) !== index);

test.each(Object.entries(CONFIGS))('every object is valid: %s', (_, config) => {
  const objects = objectsOf(exportOf(config));
  expect(objects.length).toBeGreaterThan(15);
  expect(faultsOf(objects)).toEqual([]);
});

test('every object is valid, whatever the configuration', () => {
  fc.assert(
    fc.property(rightConfig, fc.constantFrom(100, 300_000), (config, modelSize) => {
      expect(faultsOf(objectsOf(exportOf(config, { modelSize })))).toEqual([]);
    }),
    { numRuns: 50 },
  );
}, 60_000);

function faultAfter(change: (deployment: KubernetesObject) => void): string | null {
  const deployment = objectOf(DEFAULT, 'Deployment', 'gateway');
  change(deployment);
  return faultOf(deployment);
}

test('what is wrong is found', () => {
  expect(faultAfter(() => {})).toBeNull();
  expect(faultAfter(({ spec }) => (spec.replicas = 'two'))).toMatch(/replicas/);
  expect(faultAfter(({ spec }) => delete spec.selector)).toMatch(/selector/);
  expect(faultAfter(({ spec }) => (spec.template.spec.containers[0].ports[0].containerPort = 'http'))).toMatch(
    /containerPort/,
  );
});
