import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { INetworkPolicyPeer } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import type { Exported, ExportMaterial } from '../../../../src/export/exported.js';
import { exportKubernetes } from '../../../../src/export/kubernetes/index.js';
import {
  DEFAULT,
  exportOf,
  materialOf,
  objectOf,
  objectsIn,
  objectsOf,
  textOf,
  type KubernetesObject,
} from './material.js';

const podOf = (exported: Exported, name: string): KubernetesObject['spec'] =>
  objectOf(exported, 'Deployment', name).spec.template;

test('pods are as closed as the containers are', () => {
  const deployments = objectsOf(DEFAULT).filter(({ kind }) => kind === 'Deployment');
  expect(deployments.map(({ metadata }) => metadata.name)).toEqual([
    'api-v1',
    'api-v2',
    'gateway',
    'exporter',
    'prometheus',
    'grafana',
  ]);
  for (const { spec } of deployments) {
    const pod = spec.template.spec;
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(pod.securityContext.runAsUser).toBeGreaterThan(0);
    expect(pod.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    });
    expect(pod.containers[0].resources.limits.memory).toBe(pod.containers[0].resources.requests.memory);
  }
  expect(objectsOf(DEFAULT)[0]?.metadata.labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'restricted',
  });
});

test('an API that runs as root lowers the standard of the namespace, and is named', () => {
  const exported = exportOf({ apis: { v1: { image: 'example.org/root:1', user: '0:0' } } });
  expect(objectsOf(exported)[0]?.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'baseline' });
  expect(podOf(exported, 'api-v1').spec.securityContext.runAsNonRoot).toBe(false);
  expect(exported.left.find(({ what }) => what.includes('restricted'))?.why).toContain('api-v1 runs as root');
});

test('the gateway may listen at 80 and 443 without a right of root', () => {
  expect(podOf(DEFAULT, 'gateway').spec.securityContext.sysctls).toEqual([
    { name: 'net.ipv4.ip_unprivileged_port_start', value: '80' },
  ]);
  expect(podOf(DEFAULT, 'api-v1').spec.securityContext.sysctls).toBeUndefined();
});

test('limits, probes and patience are those of the stack', () => {
  const exported = exportOf({
    apis: {
      v1: { image: 'example.org/api:1', port: 9000, health: '/up', memory: '300m', cpus: 0.1, startTimeout: '90s' },
    },
  });
  const { containers, terminationGracePeriodSeconds } = podOf(exported, 'api-v1').spec;
  expect(containers[0]).toMatchObject({
    image: 'example.org/v1:1',
    ports: [{ name: 'http', containerPort: 9000 }],
    startupProbe: { httpGet: { path: '/up', port: 'http' }, periodSeconds: 2, failureThreshold: 45 },
    readinessProbe: { httpGet: { path: '/up', port: 'http' } },
    livenessProbe: { httpGet: { path: '/up' } },
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
    resources: { requests: { cpu: '100m', memory: '300Mi' }, limits: { cpu: '100m', memory: '300Mi' } },
  });
  expect(terminationGracePeriodSeconds).toBe(20);
});

test('a server that has too much to do is not restarted for it', () => {
  const [container] = podOf(DEFAULT, 'api-v1').spec.containers;
  expect(container.readinessProbe.httpGet.path).toBe('/ready');
  expect(container.livenessProbe.httpGet.path).toBe('/health');
});

test('what looks like a reference to a variable stays what it is', () => {
  const exported = exportOf({ apis: { v1: { image: 'example.org/api:1', env: { PRICE: 'a$(HOME)$b$$c' } } } });
  expect(podOf(exported, 'api-v1').spec.containers[0].env).toContainEqual({
    name: 'PRICE',
    value: 'a$$(HOME)$$b$$$$c',
  });
});

test.each([
  [{ order: 'start-first' as const }, { maxSurge: '100%', maxUnavailable: 0 }],
  [
    { order: 'start-first' as const, batch: 2 },
    { maxSurge: 2, maxUnavailable: 0 },
  ],
  [
    { order: 'stop-first' as const, batch: 2 },
    { maxSurge: 0, maxUnavailable: 2 },
  ],
  [{ order: 'stop-first' as const }, { maxSurge: 0, maxUnavailable: 1 }],
])('replicas give way as configured: %o', (rollout, expected) => {
  const exported = exportOf({ apis: { v1: { replicas: 4, rollout } } });
  expect(objectOf(exported, 'Deployment', 'api-v1').spec.strategy.rollingUpdate).toEqual(expected);
});

test('the number of replicas is the autoscaler’s', () => {
  const exported = exportOf({ apis: { v1: { replicas: 4 } } });
  expect(objectOf(exported, 'Deployment', 'api-v1').spec.replicas).toBeUndefined();
  expect(objectOf(exported, 'HorizontalPodAutoscaler', 'api-v1').spec).toMatchObject({
    scaleTargetRef: { kind: 'Deployment', name: 'api-v1' },
    minReplicas: 4,
    maxReplicas: 12,
  });
  expect(objectOf(exported, 'Deployment', 'gateway').spec.replicas).toBe(1);
});

test('one pod at a time may be missing, so that a node can be emptied', () => {
  const budgets = objectsOf(DEFAULT).filter(({ kind }) => kind === 'PodDisruptionBudget');
  expect(budgets.map(({ metadata, spec }) => [metadata.name, spec.maxUnavailable])).toEqual([
    ['api-v1', 1],
    ['api-v2', 1],
    ['gateway', 1],
  ]);
});

test('secret files are in Secrets, in a file of their own that git does not see', () => {
  const exported = exportOf({ apis: { v1: { secrets: { TOKEN: 'token' } } } });
  const secrets = exported.files.find(({ path }) => path === '10-secrets.yaml');
  expect(secrets?.mode).toBe(0o600);
  expect(textOf(exported, '.gitignore')).toContain('10-secrets.yaml');
  const read = (name: string, key: string): string =>
    Buffer.from(objectOf(exported, 'Secret', name).data?.[key] ?? '', 'base64').toString();
  expect(read('gateway-tls', 'tls.key')).toBe('THE KEY');
  expect(read('gateway-secret', 'htpasswd')).toBe('admin:THE HASH');
  expect(read('grafana-secret', 'admin-password')).toBe('THE GRAFANA PASSWORD');
  expect(read('api-v1-secret', 'secrets.TOKEN')).toBe('THE SECRET OF /srv/shop/token');
  const elsewhere = exported.files.filter((file) => file !== secrets).map(({ content }) => String(content));
  for (const secret of ['THE KEY', 'THE HASH', 'THE PROBE TOKEN', 'THE PASSWORD', 'GRAFANA PASSWORD', 'THE SECRET OF'])
    expect(elsewhere.filter((text) => text.includes(secret))).toEqual([]);
});

test('files lie where the configuration looks for them', () => {
  const { containers, volumes } = podOf(DEFAULT, 'gateway').spec;
  expect(containers[0].volumeMounts[0]).toEqual({ name: 'files', mountPath: '/etc/fortress/current', readOnly: true });
  expect(volumes[0].projected.defaultMode).toBe(0o440);
  const paths = volumes[0].projected.sources.flatMap((source: Record<string, { items: { path: string }[] }>) =>
    Object.values(source).flatMap(({ items }) => items.map(({ path }) => path)),
  );
  expect(paths.toSorted()).toEqual(
    ['htpasswd', 'logins.js', 'metrics.js', 'nginx.conf', 'probe.conf', 'server.crt', 'server.key'].toSorted(),
  );
});

const checksumsWith = (burst: number): string[] => {
  const exported = exportOf({ gateway: { rateLimit: { burst } } });
  return ['gateway', 'api-v1'].map((name) => podOf(exported, name).metadata.annotations['checksum/config']);
};

test('another file is another pod, and only of the service that has it', () => {
  const [[gateway, api], [otherGateway, otherApi]] = [checksumsWith(5), checksumsWith(6)];
  expect(gateway).not.toBe(otherGateway);
  expect(api).toBe(otherApi);
});

test('a small model is in a ConfigMap', () => {
  const exported = exportOf({}, { modelSize: 1000 });
  expect(objectOf(exported, 'ConfigMap', 'api-v1-config').binaryData?.['model.onnx']).toBe(
    Buffer.alloc(1000, 0xff).toString('base64'),
  );
  expect(podOf(exported, 'api-v1').spec.containers[0].image).toBe('fortress/api:1234');
});

test('a model that no ConfigMap holds is a layer of the image, which both APIs share', () => {
  const exported = exportOf({ apis: { v1: { secrets: { TOKEN: 'token' } }, v2: {} } }, { modelSize: 300_000 });
  const images = ['api-v1', 'api-v2'].map((name) => podOf(exported, name).spec.containers[0].image as string);
  expect(images[0]).toMatch(/^fortress\/with-model:[0-9a-f]{12}$/);
  expect(images[1]).toBe(images[0]);
  const folder = `images/${images[0]?.slice('fortress/'.length).replace(':', '-')}`;
  expect(textOf(exported, `${folder}/Dockerfile`)).toMatch(
    /^FROM fortress\/api:1234\nCOPY \["model.onnx","\/etc\/fortress\/current\/model.onnx"\]$/m,
  );
  expect(exported.files.find(({ path }) => path === `${folder}/model.onnx`)?.content).toHaveLength(300_000);
  // The folder that the image brings is not hidden by the one that is mounted.
  expect(podOf(exported, 'api-v1').spec.containers[0].volumeMounts[0]).toEqual({
    name: 'files',
    mountPath: '/etc/fortress/current/secrets',
    subPath: 'secrets',
    readOnly: true,
  });
  expect(textOf(exported, 'push-images.sh')).toContain(`docker build --tag ${images[0]} ${folder}\n`);
  expect(exported.left.some(({ what }) => what === 'files of api-v1, api-v2 as a ConfigMap')).toBe(true);
});

test('every ConfigMap fits into what kubectl apply remembers', () => {
  const configMaps = [100, 187_000, 200_000, 1_000_000]
    .flatMap((modelSize) => objectsOf(exportOf({}, { modelSize })))
    .filter(({ kind }) => kind === 'ConfigMap');
  expect(configMaps.filter((object) => JSON.stringify(object).length > 256 * 1024)).toEqual([]);
});

test('nginx asks each API by the name of its Service', () => {
  const nginx = objectOf(DEFAULT, 'ConfigMap', 'gateway-config').data?.['nginx.conf'];
  expect(nginx?.match(/^ +server api-.*;/gm)?.map((line) => line.trim())).toEqual([
    'server api-v1:8000 max_fails=1 fail_timeout=2s;',
    'server api-v2:8000 max_fails=1 fail_timeout=2s;',
  ]);
  expect(objectOf(DEFAULT, 'Service', 'api-v1').spec).toMatchObject({ type: 'ClusterIP', ports: [{ port: 8000 }] });
});

test('Prometheus looks up every pod by name', () => {
  const exported = exportOf({
    apis: {
      v1: {},
      v2: { image: 'example.org/api:1', port: 9000, metrics: '/figures' },
      v3: { image: 'a', metrics: false },
    },
  });
  const { scrape_configs: jobs } = parse(
    objectOf(exported, 'ConfigMap', 'prometheus-config').data?.['prometheus.yml'] ?? '',
  );
  const job = jobs.find((candidate: { job_name: string }) => candidate.job_name === 'api');
  expect(job.static_configs).toBeUndefined();
  expect(job.dns_sd_configs).toEqual([
    { names: ['pods-api-v1'], type: 'A', port: 8000, refresh_interval: '10s' },
    { names: ['pods-api-v2'], type: 'A', port: 9000, refresh_interval: '10s' },
  ]);
  expect(job.relabel_configs).toContainEqual({
    source_labels: ['__meta_dns_name'],
    regex: 'pods-api-v2',
    target_label: '__metrics_path__',
    replacement: '/figures',
  });
  expect(objectOf(exported, 'Service', 'pods-api-v2').spec.clusterIP).toBe('None');
  expect(() => objectOf(exported, 'Service', 'pods-api-v3')).toThrow('no Service pods-api-v3');
  expect(jobs.find(({ job_name }: { job_name: string }) => job_name === 'gateway').static_configs).toEqual([
    { targets: ['gateway:8081'] },
  ]);
});

test('the world reaches what is published for it, and keeps its addresses', () => {
  const world = objectOf(exportOf({ gateway: { bind: '0.0.0.0', httpsPort: 8443 } }), 'Service', 'gateway-public');
  expect(world.spec).toMatchObject({
    type: 'LoadBalancer',
    externalTrafficPolicy: 'Local',
    ports: [
      { name: 'http', targetPort: 80 },
      { name: 'https', port: 8443, targetPort: 443 },
    ],
  });
  const here = objectOf(exportOf({ gateway: { bind: '127.0.0.1' } }), 'Service', 'gateway-public');
  expect(here.spec.type).toBe('ClusterIP');
  expect(here.spec.externalTrafficPolicy).toBeUndefined();
});

/** Who a rule names: a service, the cluster's DNS, or anybody. */
const nameOf = (peer: INetworkPolicyPeer | undefined): string =>
  peer?.podSelector?.matchLabels?.['app.kubernetes.io/name'] ?? (peer?.namespaceSelector ? 'dns' : '*');

/** What the rules of all policies let pass, `from>to:port`. */
function allowed(exported: Exported): { ingress: string[]; egress: string[] } {
  const policies = objectsOf(exported).filter(({ kind }) => kind === 'NetworkPolicy') as INetworkPolicy[];
  const flows = policies.map(({ metadata, spec }) => ({
    ingress: (spec?.ingress ?? []).flatMap(({ from, ports = [] }) =>
      ports.map(({ port }) => `${nameOf(from?.[0])}>${metadata?.name}:${port}`),
    ),
    egress: (spec?.egress ?? []).flatMap(({ to, ports = [] }) =>
      ports.map(({ port }) => `${metadata?.name}>${nameOf(to?.[0])}:${port}`),
    ),
  }));
  return {
    ingress: flows.flatMap(({ ingress }) => ingress).toSorted(),
    egress: flows.flatMap(({ egress }) => egress).toSorted(),
  };
}

test('everything is denied but what the stack needs', () => {
  const exported = DEFAULT;
  expect(objectOf(exported, 'NetworkPolicy', 'deny-all').spec).toEqual({
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
  });
  const between = [
    'exporter>gateway:8081',
    'gateway>api-v1:8000',
    'gateway>api-v2:8000',
    'grafana>prometheus:9090',
    'prometheus>api-v1:8000',
    'prometheus>api-v2:8000',
    'prometheus>exporter:9113',
    'prometheus>gateway:8081',
  ];
  const { ingress, egress } = allowed(exported);
  expect(ingress).toEqual(['*>gateway:443', '*>gateway:80', ...between]);
  expect(egress.filter((flow) => !flow.includes('>dns:'))).toEqual(between);
  expect(egress.filter((flow) => flow.startsWith('api-'))).toEqual([]);
});

test('no monitoring, nothing to watch with', () => {
  const exported = exportOf({ monitoring: false });
  const names = objectsOf(exported).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(names.filter((name) => /prometheus|grafana|exporter|pods-/.test(name))).toEqual([]);
  expect(exported.files.filter(({ path }) => path.startsWith('optional/'))).toEqual([]);
});

test('for an operator there are monitors that find each pod once', () => {
  const objects = objectsIn(textOf(DEFAULT, 'optional/service-monitors.yaml'));
  const services = objectsOf(DEFAULT).filter(({ kind }) => kind === 'Service');
  const monitors = objects.filter(({ kind }) => kind === 'ServiceMonitor');
  expect(monitors.map(({ metadata }) => metadata.name)).toEqual(['api-v1', 'api-v2', 'gateway', 'exporter']);
  for (const { spec } of monitors) {
    const found = services.filter(({ metadata }) =>
      Object.entries(spec.selector.matchLabels).every(([name, value]) => metadata.labels?.[name] === value),
    );
    expect(found).toHaveLength(1);
    expect(found[0]?.spec.ports.map(({ name }: { name: string }) => name)).toContain(spec.endpoints[0].port);
  }
});

test.each([
  ['shop', 'shop'],
  ['my_shop-', 'my-shop'],
  ['default', 'fortress-default'],
  ['kube-system', 'fortress-kube-system'],
])('the project %s has the namespace %s', (project, namespace) => {
  const exported = exportOf({ project });
  expect(objectsOf(exported)[0]?.metadata.name).toBe(namespace);
  expect(exported.left.some(({ what }) => what.includes('as namespace'))).toBe(project !== namespace);
});

test('images of no registry are named, with the way to one', () => {
  const exported = DEFAULT;
  expect(exported.left[0]?.what).toBe('images that are on this machine only: fortress/api:1234');
  expect(exported.next[0]).toBe('./push-images.sh REGISTRY');
  expect(exported.files.find(({ path }) => path === 'push-images.sh')?.mode).toBe(0o755);
  expect(parse(textOf(exported, 'kustomization.yaml')).images).toEqual([
    { name: 'fortress/api', newName: 'fortress/api' },
  ]);
  const remote = exportOf({}, { image: (name) => ({ reference: `example.org/${name}:1`, origin: 'an example' }) });
  expect(remote.next[0]).toBe('kubectl apply -k .');
  expect(remote.files.some(({ path }) => path === 'push-images.sh')).toBe(false);
});

test('what is left is told to the person and in README.md', () => {
  const exported = exportOf(
    { guard: true, hooks: { afterUp: 'echo up' } },
    {
      image: (name) =>
        name === 'grafana' ? { missing: 'no such package' } : { reference: name, origin: 'an example' },
    },
  );
  const whats = exported.left.map(({ what }) => what);
  expect(whats).toEqual(expect.arrayContaining(['the service grafana', 'the guard', 'rotation of logs']));
  expect(whats.some((what) => /processes \(api-v1 128, .*gateway 1024/.test(what))).toBe(true);
  expect(whats).toContain('the hooks afterUp');
  const readme = textOf(exported, 'README.md');
  for (const { what, why } of exported.left) expect(readme).toContain(`- **${what}**: ${why}\n`);
});

test('texts that mean something else in YAML 1.1 stay texts', () => {
  const env = { A: 'no', B: '0123', C: '1e3', D: '12:30', E: 'null', F: '~', G: 'a: b # c', H: ' x ' };
  const exported = exportOf({ apis: { v1: { image: 'a', env } } });
  const read = Object.fromEntries(
    podOf(exported, 'api-v1').spec.containers[0].env.map(({ name, value }: { name: string; value: string }) => [
      name,
      value,
    ]),
  );
  expect(read).toMatchObject(env);
});

test('APIs of every pair of names have Services of their own', () => {
  const api = { image: 'example.org/api:1', metrics: '/metrics' };
  const exported = exportOf({ apis: { v1: api, 'v1-pods': api } });
  const names = objectsOf(exported).flatMap(({ kind, metadata }) => (kind === 'Service' ? [metadata.name] : []));
  expect(names).toEqual([...new Set(names)]);
  expect(names).toEqual(expect.arrayContaining(['api-v1', 'pods-api-v1', 'api-v1-pods', 'pods-api-v1-pods']));
});

test('what images are built from is not read: a cluster builds none', () => {
  const material: ExportMaterial = Object.defineProperty({ ...materialOf({}) }, 'builds', {
    get: () => {
      throw new Error('the build context cannot be read');
    },
  });
  expect(() => exportKubernetes(material)).not.toThrow();
});
