import { all, edit, type SabotageCase } from '../support/sabotage-case.js';
import { CREDENTIALS } from '../support/student-stack.js';

const AUTH = 'auth_basic "Restricted";';
const REST = 'location / {\n            return 404;\n        }';

/** Puts a location before the last one. */
const location = (text: string): SabotageCase['change'] => edit([REST, `${text}\n        ${REST}`]);

const htpasswd =
  (text: string): SabotageCase['change'] =>
  (stack) => ({ ...stack, files: { ...stack.files, '.htpasswd': text } });

/** Of the suite's own password, by crypt(3). */
const HASHES = {
  bcrypt: '$2b$05$abcdefghijklmnopqrstuuSnF5tLPqPFqc0z9CY0HcSLFbSRlL67u',
  sha512: '$6$saltsalt$jKJLpBbbekCckUVga/LGkt0FkqoO4g5Hwy2vW6lD8eoI/9jQwfogyqh4ANlnOUBzAZS/8L1MDwO6tpeKUOjtF/',
};

const ALL_RIGHT = { 'auth.required': 'pass', 'auth.paths': 'pass', 'auth.ok': 'pass' } as const;

export const AUTH_CASES: SabotageCase[] = [
  {
    id: 'auth-none',
    kind: 'sabotage',
    what: 'no password at all',
    change: edit([AUTH, '']),
    expect: { 'auth.required': 'fail', 'proxy.predict': 'pass' },
  },
  {
    id: 'auth-anonymous-map',
    kind: 'sabotage',
    what: 'a map asks only those for a password who send one',
    change: edit(
      [
        'map $http_x_experiment_group $api {',
        'map $http_authorization $realm { default "Restricted"; "" off; }\n    map $http_x_experiment_group $api {',
      ],
      [AUTH, 'auth_basic $realm;'],
    ),
    expect: { 'auth.required': 'fail', 'auth.ok': 'pass' },
    fast: true,
  },
  {
    id: 'auth-debug-bypass',
    kind: 'sabotage',
    what: 'no password with the debug header',
    change: edit(
      [
        'map $http_x_experiment_group $api {',
        'map $http_x_experiment_group $realm { default "Restricted"; debug off; }\n    map $http_x_experiment_group $api {',
      ],
      [AUTH, 'auth_basic $realm;'],
    ),
    expect: { 'auth.required': 'fail', 'auth.ok': 'pass' },
  },
  {
    id: 'auth-not-for-get',
    kind: 'sabotage',
    what: 'a password for POST only',
    change: edit(
      [AUTH, 'auth_basic $realm;'],
      [
        'map $http_x_experiment_group $api {',
        'map $request_method $realm { default off; POST "Restricted"; }\n    map $http_x_experiment_group $api {',
      ],
    ),
    expect: { 'auth.required': 'fail', 'auth.ok': 'pass' },
  },
  {
    id: 'auth-not-for-post',
    kind: 'sabotage',
    what: 'limit_except POST: a password for all other methods',
    change: edit([
      `${AUTH}\n            auth_basic_user_file .htpasswd;`,
      `limit_except POST { ${AUTH} auth_basic_user_file .htpasswd; }`,
    ]),
    expect: { 'auth.required': 'fail' },
  },
  {
    id: 'auth-local-network',
    kind: 'sabotage',
    what: 'satisfy any: nobody from a private network needs a password',
    change: edit([AUTH, `satisfy any; allow 10.0.0.0/8; allow 172.16.0.0/12; allow 192.168.0.0/16; deny all; ${AUTH}`]),
    expect: { 'auth.required': 'fail' },
  },
  {
    id: 'auth-empty-password',
    kind: 'sabotage',
    what: 'the user has a second entry without a password',
    change: htpasswd(`${CREDENTIALS.user}:{PLAIN}\n`),
    expect: { 'auth.required': 'fail', 'auth.ok': 'fail' },
  },
  {
    id: 'auth-no-challenge',
    kind: 'sabotage',
    what: '403 instead of 401',
    change: edit(
      [AUTH, `${AUTH} error_page 401 =403 @denied;`],
      [REST, `location @denied { return 403; }\n        ${REST}`],
    ),
    expect: { 'auth.required': 'fail', 'auth.ok': 'pass' },
  },
  {
    id: 'auth-alias-api',
    kind: 'sabotage',
    what: '/api/ leads to the API without a password',
    change: location('location /api/ { proxy_pass http://api_v1/; }'),
    expect: { 'auth.paths': 'fail', 'auth.required': 'pass' },
    fast: true,
  },
  {
    id: 'auth-alias-v1',
    kind: 'sabotage',
    what: '/v1/ leads to the API without a password',
    change: location('location /v1/ { proxy_pass http://api_v1/; }'),
    expect: { 'auth.paths': 'fail', 'auth.required': 'pass' },
  },
  {
    id: 'auth-alias-v2',
    kind: 'sabotage',
    what: '/v2/ leads to the debug API without a password',
    change: location('location /v2/ { proxy_pass http://api_v2/; }'),
    expect: { 'auth.paths': 'fail', 'auth.required': 'pass' },
  },
  {
    id: 'auth-alias-debug',
    kind: 'sabotage',
    what: '/debug/predict leads to the debug API without a password',
    change: location('location = /debug/predict { proxy_pass http://api_v2/predict; }'),
    expect: { 'auth.paths': 'fail' },
  },
  {
    id: 'auth-slash-alias',
    kind: 'sabotage',
    what: '/predict/ is another location, without a password',
    change: location('location = /predict/ { proxy_pass http://api_v1/predict; }'),
    expect: { 'auth.paths': 'fail', 'auth.required': 'pass' },
  },
  {
    id: 'auth-exact-and-open-root',
    kind: 'sabotage',
    what: 'a password for exactly /predict, and a root that leads to the API',
    change: all(
      edit(['location /predict {', 'location = /predict {'], [REST, 'location / { proxy_pass http://api_v1; }']),
    ),
    expect: { 'auth.paths': 'fail', 'auth.required': 'pass' },
  },
  {
    id: 'auth-double-slash',
    kind: 'sabotage',
    what: 'slashes are not merged, and the root leads to the API',
    change: edit(
      ['location /predict {', 'merge_slashes off;\n        location /predict {'],
      [REST, 'location / { proxy_pass http://api_v1/; }\n        location // { proxy_pass http://api_v1/; }'],
    ),
    expect: { 'auth.paths': 'fail', 'auth.required': 'pass' },
  },
  {
    id: 'auth-corrupt-file',
    kind: 'sabotage',
    what: 'the htpasswd file holds no hash',
    change: htpasswd('this is not an htpasswd file\n'),
    expect: { 'auth.ok': 'fail', 'auth.required': 'pass' },
    fast: true,
  },
  {
    id: 'auth-empty-file',
    kind: 'sabotage',
    what: 'the htpasswd file is empty',
    change: htpasswd(''),
    expect: { 'auth.ok': 'fail' },
  },
  {
    id: 'auth-missing-file',
    kind: 'sabotage',
    what: 'the htpasswd file is missing',
    change: edit(['auth_basic_user_file .htpasswd;', 'auth_basic_user_file no-such-file;']),
    expect: { 'auth.ok': 'fail' },
  },
  {
    id: 'auth-other-password',
    kind: 'sabotage',
    what: 'the file holds another password',
    change: htpasswd(`${CREDENTIALS.user}:{PLAIN}another-password\n`),
    expect: { 'auth.ok': 'fail', 'auth.required': 'pass' },
  },
  {
    id: 'auth-whole-server',
    kind: 'variant',
    what: 'a password for the whole server',
    change: edit(
      [`${AUTH}\n            auth_basic_user_file .htpasswd;`, ''],
      ['location /predict {', `${AUTH} auth_basic_user_file .htpasswd;\n        location /predict {`],
    ),
    expect: { ...ALL_RIGHT, 'proxy.predict': 'pass', 'status.private': 'pass' },
  },
  {
    id: 'auth-root-with-password',
    kind: 'variant',
    what: 'everything leads to the API, with a password',
    change: edit(['location /predict {', 'location / {'], [REST, '']),
    expect: { ...ALL_RIGHT, 'entry.leak': 'pass', 'rate.limit': 'pass' },
  },
  {
    id: 'auth-bcrypt',
    kind: 'variant',
    what: 'a bcrypt hash',
    change: htpasswd(`${CREDENTIALS.user}:${HASHES.bcrypt}\n`),
    expect: { ...ALL_RIGHT, 'proxy.predict': 'pass' },
  },
  {
    id: 'auth-sha512',
    kind: 'variant',
    what: 'a sha512-crypt hash',
    change: htpasswd(`${CREDENTIALS.user}:${HASHES.sha512}\n`),
    expect: ALL_RIGHT,
  },
  {
    id: 'auth-more-users',
    kind: 'variant',
    what: 'more users, and comments',
    change: (stack) =>
      htpasswd(`# teachers\nbob:${HASHES.sha512}\n\n${stack.files['.htpasswd']}eve:${HASHES.bcrypt}\n`)(stack),
    expect: ALL_RIGHT,
  },
  {
    id: 'auth-redirecting-rest',
    kind: 'variant',
    what: 'whatever is not /predict is sent there with 307',
    change: edit([REST, 'location / { return 307 /predict; }']),
    expect: { ...ALL_RIGHT, 'entry.leak': 'pass' },
  },
  {
    id: 'auth-exact-location',
    kind: 'variant',
    what: 'exactly /predict, and nothing else',
    change: edit(['location /predict {', 'location = /predict {']),
    expect: ALL_RIGHT,
  },
  {
    id: 'auth-regex-location',
    kind: 'variant',
    what: 'a regular expression for the location',
    change: edit(['location /predict {', 'location ~ ^/predict {']),
    expect: ALL_RIGHT,
  },
  {
    id: 'auth-guard-of-methods',
    kind: 'variant',
    what: 'GET is refused with 405 before anybody asks for a password',
    change: edit([AUTH, `if ($request_method != POST) { return 405; }\n            ${AUTH}`]),
    expect: ALL_RIGHT,
  },
  {
    id: 'auth-frontend',
    kind: 'variant',
    what: 'a page of its own at the root, by the gateway',
    change: edit([
      REST,
      `location / {\n            default_type text/html;\n            return 200 '<h1>Hello</h1>';\n        }`,
    ]),
    expect: ALL_RIGHT,
  },
];
