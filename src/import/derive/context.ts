import { posix, relative, resolve } from 'node:path';
import type { ComposeProject } from '../compose/read-compose.js';
import type { Roles } from '../compose/roles.js';
import type { NginxFacts } from '../nginx/gateway-facts.js';
import type { Notes } from '../notes.js';
import type { PrometheusFacts } from '../prometheus.js';
import type { ProjectFiles } from '../project-files.js';

/** All that is known of a project when its configuration is written. */
export interface ImportContext {
  files: ProjectFiles;
  compose: ComposeProject;
  roles: Roles;
  nginx: NginxFacts;
  /** In the gateway's container: what the paths of nginx are relative to. */
  nginxFolder: string;
  prometheus: PrometheusFacts;
  /** fortress wrote nginx's files: there is nothing in them that fortress would not do again. */
  isOurs: boolean;
  notes: Notes;
  /** Absolute folder of the configuration that is written. */
  target: string;
  now: Date;
}

/** A path of the project as the configuration names it: `./src/api/v1`, `../exam/src/api/v1`. Pure. */
export function pathFor({ files, target }: Pick<ImportContext, 'files' | 'target'>, name: string): string {
  return asRelative(posix.join(relative(target, files.folder).replaceAll('\\', '/') || '.', name));
}

/** The same of a path that stands in the compose file and leads out of the project. Pure. */
export function pathOutside({ files, compose, target }: ImportContext, written: string): string {
  return asRelative(relative(target, resolve(files.folder, compose.base, written)).replaceAll('\\', '/') || '.');
}

function asRelative(text: string): string {
  const path = text.replace(/(?<=.)\/$/, '');
  return path === '.' || path === '..' || path.startsWith('../') ? path : `./${path}`;
}
