import { USUAL_FIELDS } from '../../../../src/verify/prediction.js';
import type { TargetSpec } from '../../../../src/verify/target.js';

export const LABELS = ['love', 'sadness', 'worry'];
export const USER = 'ana';
export const PASSWORD = 'correct-horse-battery';

/** What the fake gateway promises, and otherwise as it says. */
export const makeSpec = (changes: Partial<TargetSpec> = {}): TargetSpec => ({
  isOwn: false,
  https: 'https://localhost',
  http: 'http://localhost',
  connectTo: null,
  user: USER,
  password: PASSWORD,
  ca: null,
  predictPath: '/predict',
  ...USUAL_FIELDS,
  experiment: { header: 'X-Experiment-Group', value: 'debug' },
  versions: { default: 'v1', experiment: 'v2' },
  replicas: 3,
  arms: { v1: { replicas: 2, saysItsName: true }, v2: { replicas: 1, saysItsName: true } },
  instances: ['api-v1-1', 'api-v1-4', 'api-v2-2'],
  deployment: { unknown: 'there is no engine' },
  labels: LABELS,
  rateLimit: { requestsPerSecond: 10, burst: 5, status: 503 },
  exporter: null,
  prometheus: null,
  grafana: null,
  omitted: {},
  ...changes,
});
