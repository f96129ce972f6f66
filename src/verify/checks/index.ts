import type { Check } from '../check.js';
import { abDebug } from './ab-debug.js';
import { abDefault } from './ab-default.js';
import { abOnly } from './ab-only.js';
import { abWeight } from './ab-weight.js';
import { authOk } from './auth-ok.js';
import { authPaths } from './auth-paths.js';
import { authRequired } from './auth-required.js';
import { entryPorts } from './entry-ports.js';
import { entryLeak } from './entry-leak.js';
import { exporterLive } from './exporter-live.js';
import { grafanaLive } from './grafana-live.js';
import { httpRedirect } from './http-redirect.js';
import { hygieneFilesystem } from './hygiene-filesystem.js';
import { hygieneHealth } from './hygiene-health.js';
import { hygieneImages } from './hygiene-images.js';
import { hygieneIsolation } from './hygiene-isolation.js';
import { hygieneLimits } from './hygiene-limits.js';
import { hygieneNetwork } from './hygiene-network.js';
import { hygienePorts } from './hygiene-ports.js';
import { hygienePrivileges } from './hygiene-privileges.js';
import { hygieneRestart } from './hygiene-restart.js';
import { hygieneSecrets } from './hygiene-secrets.js';
import { hygieneUsers } from './hygiene-users.js';
import { lbReplicas } from './lb-replicas.js';
import { lbSpread } from './lb-spread.js';
import { metricsFlow } from './metrics-flow.js';
import { metricsReplicas } from './metrics-replicas.js';
import { prometheusLive } from './prometheus-live.js';
import { proxyPredict } from './proxy-predict.js';
import { rateKey } from './rate-key.js';
import { rateLimit } from './rate-limit.js';
import { rateRecovery } from './rate-recovery.js';
import { statusPrivate } from './status-private.js';
import { targetIdentity } from './target-identity.js';
import { tlsGrade } from './tls-grade.js';
import { tlsProtocols } from './tls-protocols.js';
import { tlsTrust } from './tls-trust.js';

/** Every check, in the order in which those of one kind run. */
export const CHECKS: readonly Check[] = [
  proxyPredict,
  entryLeak,
  entryPorts,
  lbReplicas,
  lbSpread,
  tlsTrust,
  tlsProtocols,
  tlsGrade,
  httpRedirect,
  authRequired,
  authPaths,
  authOk,
  abDefault,
  abDebug,
  abOnly,
  abWeight,
  statusPrivate,
  targetIdentity,
  hygieneSecrets,
  hygieneUsers,
  hygieneHealth,
  hygieneImages,
  hygieneRestart,
  hygienePrivileges,
  hygieneFilesystem,
  hygieneIsolation,
  hygieneLimits,
  hygieneNetwork,
  hygienePorts,
  exporterLive,
  prometheusLive,
  metricsFlow,
  metricsReplicas,
  grafanaLive,
  rateLimit,
  rateKey,
  rateRecovery,
];
