import type { SabotageCase } from '../support/sabotage-case.js';
import { AUTH_CASES } from './auth.js';
import { BALANCING_CASES } from './balancing.js';
import { CONFINEMENT_CASES } from './confinement.js';
import { ENTRY_CASES } from './entry.js';
import { EXPERIMENT_CASES } from './experiment.js';
import { MONITORING_CASES } from './monitoring.js';
import { PROXY_CASES } from './proxy.js';
import { RATE_CASES } from './rate.js';
import { REDIRECT_CASES } from './redirect.js';
import { STACK_CASES } from './stack.js';
import { TLS_CASES } from './tls.js';

/** Every case, by the exam's objectives. */
export const CASES: readonly SabotageCase[] = [
  ...PROXY_CASES,
  ...ENTRY_CASES,
  ...BALANCING_CASES,
  ...TLS_CASES,
  ...REDIRECT_CASES,
  ...AUTH_CASES,
  ...RATE_CASES,
  ...EXPERIMENT_CASES,
  ...MONITORING_CASES,
  ...STACK_CASES,
  ...CONFINEMENT_CASES,
];
