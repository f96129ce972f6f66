import { all, edit, type SabotageCase } from '../support/sabotage-case.js';
import { DEBUG_API, REPLICAS } from '../support/student-stack.js';

const MAP = 'map $http_x_experiment_group $api {\n        default api_v1;\n        "debug" api_v2;\n    }';

/** Another map in its place. */
const map = (text: string): SabotageCase['change'] => edit([MAP, text]);
const mapped = (lines: string): SabotageCase['change'] => map(`map $http_x_experiment_group $api {\n${lines}\n    }`);

const ALL_RIGHT = { 'ab.default': 'pass', 'ab.debug': 'pass', 'ab.only': 'pass' } as const;

export const EXPERIMENT_CASES: SabotageCase[] = [
  {
    id: 'ab-everything-to-v2',
    kind: 'sabotage',
    what: 'everything goes to v2',
    change: mapped('default api_v2;'),
    expect: { 'ab.default': 'fail', 'ab.only': 'fail' },
  },
  {
    id: 'ab-header-ignored',
    kind: 'sabotage',
    what: 'everything goes to v1',
    change: mapped('default api_v1;'),
    expect: { 'ab.debug': 'fail', 'ab.default': 'pass', 'ab.only': 'pass' },
    fast: true,
  },
  {
    id: 'ab-other-header',
    kind: 'sabotage',
    what: 'another header decides',
    change: map('map $http_x_experiment $api {\n        default api_v1;\n        "debug" api_v2;\n    }'),
    expect: { 'ab.debug': 'fail', 'ab.default': 'pass' },
  },
  {
    id: 'ab-swapped',
    kind: 'sabotage',
    what: 'v1 and v2 are swapped',
    change: mapped('default api_v2;\n        "debug" api_v1;'),
    expect: { 'ab.default': 'fail', 'ab.debug': 'fail' },
  },
  {
    id: 'ab-v2-from-v1',
    kind: 'sabotage',
    what: "v2's container was made of v1's image",
    change: (stack) => ({ ...stack, apis: [...REPLICAS, { ...DEBUG_API, image: 'v1' }] }),
    expect: { 'ab.debug': 'fail', 'ab.default': 'pass' },
  },
  {
    id: 'ab-v1-from-v2',
    kind: 'sabotage',
    what: "v1's containers were made of v2's image",
    change: (stack) => ({ ...stack, apis: [...REPLICAS.map((api) => ({ ...api, image: 'v2' as const })), DEBUG_API] }),
    expect: { 'ab.default': 'fail', 'ab.debug': 'pass' },
  },
  {
    id: 'ab-v2-stopped',
    kind: 'sabotage',
    what: 'nobody answers for v2',
    change: edit(['server api-v2-1:8000;', 'server 127.0.0.1:9;']),
    expect: { 'ab.debug': 'fail', 'ab.default': 'pass', 'ab.only': 'pass' },
  },
  {
    id: 'ab-debug-to-v1-port',
    kind: 'sabotage',
    what: 'a replica of v1 is among the servers of v2',
    change: edit(['server api-v2-1:8000;', 'server api-v2-1:8000;\n        server api-v1-1:8000;']),
    expect: { 'ab.debug': 'fail' },
  },
  {
    id: 'ab-v2-among-v1',
    kind: 'sabotage',
    what: 'v2 is among the servers of v1',
    change: edit(['server api-v1-3:8000;', 'server api-v1-3:8000;\n        server api-v2-1:8000;']),
    expect: { 'ab.default': 'fail' },
  },
  {
    id: 'ab-regex',
    kind: 'sabotage',
    what: 'a regular expression matches more than the value',
    change: mapped('default api_v1;\n        "~debug" api_v2;'),
    expect: { 'ab.only': 'fail', 'ab.default': 'pass', 'ab.debug': 'pass' },
    fast: true,
  },
  {
    id: 'ab-regex-start',
    kind: 'sabotage',
    what: 'a regular expression without its end',
    change: mapped('default api_v1;\n        "~^debug" api_v2;'),
    expect: { 'ab.only': 'fail', 'ab.debug': 'pass' },
  },
  {
    id: 'ab-regex-end',
    kind: 'sabotage',
    what: 'a regular expression without its start',
    change: mapped('default api_v1;\n        "~debug$" api_v2;'),
    expect: { 'ab.only': 'fail', 'ab.debug': 'pass' },
  },
  {
    id: 'ab-any-value',
    kind: 'sabotage',
    what: 'any value leads to v2',
    change: mapped('default api_v2;\n        "" api_v1;'),
    expect: { 'ab.only': 'fail', 'ab.default': 'pass', 'ab.debug': 'pass' },
  },
  {
    id: 'ab-control-to-v2',
    kind: 'sabotage',
    what: '"control" leads to v2 too',
    change: mapped('default api_v1;\n        "debug" api_v2;\n        "control" api_v2;'),
    expect: { 'ab.only': 'fail', 'ab.debug': 'pass' },
  },
  {
    id: 'ab-renamed-upstreams',
    kind: 'variant',
    what: 'other names for the upstreams',
    change: edit(
      ['upstream api_v1 {', 'upstream blue {'],
      ['upstream api_v2 {', 'upstream green {'],
      ['default api_v1;', 'default blue;'],
      ['"debug" api_v2;', '"debug" green;'],
    ),
    expect: ALL_RIGHT,
  },
  {
    id: 'ab-if',
    kind: 'variant',
    what: 'an if instead of a map: upper and lower case are told apart',
    change: all(
      map(''),
      edit([
        'proxy_pass http://$api;',
        'set $api api_v1; if ($http_x_experiment_group = debug) { set $api api_v2; } proxy_pass http://$api;',
      ]),
    ),
    expect: ALL_RIGHT,
    fast: true,
  },
  {
    id: 'ab-exact-regex',
    kind: 'variant',
    what: 'a regular expression for exactly the value',
    change: mapped('default api_v1;\n        "~^debug$" api_v2;'),
    expect: ALL_RIGHT,
  },
  {
    id: 'ab-any-case',
    kind: 'variant',
    what: 'a regular expression that does not tell upper case from lower',
    change: mapped('default api_v1;\n        "~*^debug$" api_v2;'),
    expect: ALL_RIGHT,
  },
  {
    id: 'ab-named-versions',
    kind: 'variant',
    what: 'the APIs name themselves',
    change: (stack) => ({ ...stack, apis: stack.apis.map((api) => ({ ...api, env: { NAME: 'yes' } })) }),
    expect: ALL_RIGHT,
  },
];
