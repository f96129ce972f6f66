import { importOf } from './project.js';
import type { Imported } from '../../../src/import/import-project.js';

const GATEWAY =
  "  nginx: { image: 'nginx:1.27', ports: ['443:443'], volumes: ['./nginx.conf:/etc/nginx/nginx.conf'] }\n";

/** The image `example/NAME:1` of a service for each name. */
export const imagesNamed = (...names: string[]): string =>
  names.map((name) => `  ${name}: { image: 'example/${name}:1' }\n`).join('');

/** A configuration of nginx whose predictions have this in their location, and this before the server. */
export const nginxWith = (location: string, http = ''): string =>
  `events {}\nhttp {\n${http}\nserver {\nlisten 443 ssl;\nlocation /predict {\n${location}\n}\n}\n}\n`;

/** A project of somebody who has never heard of fortress. */
export const foreign = (services: string, nginx: string, files: Record<string, string> = {}): Imported =>
  importOf({ 'docker-compose.yml': `services:\n${services}${GATEWAY}`, 'nginx.conf': nginx, ...files });

/** Why something is left; undefined: it is not. */
export const whyLeft = ({ left }: Imported, what: string): string | undefined =>
  left.find((item) => item.what === what)?.why;
