import { expect, it } from 'vitest';
import { variablesOf } from '../../../../src/grade/compose/variables.js';

it('takes from .env what the compose file names', () => {
  const text = 'ports: ["${PORT:-80}:80"]\nimage: x:$TAG';
  expect(variablesOf(text, 'PORT=8443\nTAG="1.2"\nUNUSED=1\n', '/s')).toEqual({ PORT: '8443', TAG: '1.2', PWD: '/s' });
});

it.each(['DOCKER_CONFIG', 'DOCKER_HOST', 'COMPOSE_FILE', 'PATH', 'LD_PRELOAD', 'HOME', 'https_proxy', 'NODE_OPTIONS'])(
  'never takes %s, which steers programs of this machine',
  (name) => {
    expect(variablesOf(`image: \${${name}}`, `${name}=evil`, '/s')).toEqual({ PWD: '/s' });
  },
);

it('does without .env', () => {
  expect(variablesOf('image: $TAG', null, '/s')).toEqual({ PWD: '/s' });
});
