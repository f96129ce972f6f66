import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type { KeyType } from '../../config/types.js';
import { gatewayView } from '../../render/views.js';
import type { Renderer } from '../../render/template.js';
import { STATUS_PORT } from '../../stack/services/gateway.js';
import type { ExportedFile, ExportMaterial } from '../exported.js';
import { NGINX_FILES, PATHS } from './paths.js';
import { readTemplate } from './templates.js';

/** nginx as under fortress, with the exam's file names, and without what only fortress would tell it. */
export function gatewayFiles({ config, serving, credentials }: ExportMaterial, render: Renderer): ExportedFile[] {
  const { htpasswd, expiresAt } = credentials;
  const view = {
    ...gatewayView(config, serving, { expiresAt, passwordGeneration: generationOf(htpasswd) }),
    managed: false,
    files: NGINX_FILES,
  };
  const scripts = ['logins.js', ...(config.monitoring ? ['metrics.js'] : [])];
  const own: ExportedFile[] = [
    {
      path: 'Dockerfile',
      content: render('exam/deployments/nginx/Dockerfile.eta', {
        image: config.images.references.nginx,
        files: ['nginx.conf', ...scripts],
        statusPort: STATUS_PORT,
      }),
    },
    { path: '.dockerignore', content: readTemplate('exam/deployments/nginx/dockerignore') },
    { path: 'nginx.conf', content: render('nginx/nginx.conf.eta', view) },
    ...scripts.map((name) => ({ path: name, content: readTemplate(`nginx/${name}`) })),
    { path: NGINX_FILES.passwords, content: htpasswd },
    // So that the folder is there; what comes to lie in it is made on each machine.
    { path: 'certs/.gitkeep', content: '' },
  ];
  return [
    ...own.map((file) => ({ ...file, path: `${PATHS.nginx}/${file.path}` })),
    {
      path: 'deployments/gen-certs.sh',
      content: render('exam/deployments/gen-certs.sh.eta', certificateView(config)),
      mode: 0o755,
    },
  ];
}

/** Another one for each password file; the file is in the tree anyway. */
const generationOf = (htpasswd: string): string => createHash('sha256').update(htpasswd).digest('hex').slice(0, 16);

const certificateView = ({ project, gateway: { hosts, tls } }: ExportMaterial['config']): object => ({
  subjectAltName: hosts.map((host) => (isIP(host) ? `IP:${host}` : `DNS:${host}`)).join(','),
  // Clients go by the other names; this one is for people, and may not be longer.
  commonName: hosts.find((host) => host.length <= MAX_COMMON_NAME) ?? project,
  days: tls.days,
  renewBeforeDays: tls.renewBeforeDays,
  keyFlags: KEY_FLAGS[tls.key],
});

/** Characters, by RFC 5280. */
const MAX_COMMON_NAME = 64;

const KEY_FLAGS: Record<KeyType, string> = {
  'ecdsa-p256': '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1',
  'rsa-2048': '-newkey rsa:2048',
  'rsa-4096': '-newkey rsa:4096',
};
