import { resolveConfig } from '../config/resolve.js';
import type { FortressConfig } from '../config/types.js';
import { validateConfig } from '../config/validate.js';
import { readCompose } from './compose/read-compose.js';
import { rolesOf, type Roles } from './compose/roles.js';
import { configText } from './config-text.js';
import { deriveConfig } from './derive/config.js';
import { leaveDirectives, leaveLocations, leaveServers } from './nginx/leave-directives.js';
import { leaveOtherServers, leaveStandIns, leaveTimeouts } from './nginx/leave-servers.js';
import { readGatewayNginx } from './nginx/entry.js';
import { readNginxFacts } from './nginx/gateway-facts.js';
import { leaveOwnChanges } from './nginx/own-changes.js';
import { createNotes, type Carried, type Left } from './notes.js';
import type { ProjectFiles } from './project-files.js';
import { NO_PROMETHEUS, readPrometheus, type PrometheusFacts } from './prometheus.js';
import { isWrittenByFortress } from './written-by-fortress.js';

export interface ImportOptions {
  /** Absolute folder that the configuration is written to; its paths are relative to it. */
  target: string;
  /** The folder that was imported, as the person named it. */
  source: string;
  now: Date;
}

/** What became of a project. */
export interface Imported {
  config: FortressConfig;
  /** Of `fortress.config.ts`. */
  text: string;
  carried: Carried[];
  left: Left[];
}

/**
 * The configuration of a stack that does what a project of compose and nginx does. Pure but for reading nothing more
 * than was read before.
 * @throws FortressError (exit 2) naming file, line and what was found where a file of the project cannot be read
 */
export function importProject(files: ProjectFiles, { target, source, now }: ImportOptions): Imported {
  const notes = createNotes();
  const compose = readCompose(files, notes);
  const roles = rolesOf(compose);
  const { directives, folder } = readGatewayNginx(roles.gateway, files, notes);
  const nginx = readNginxFacts(directives, notes);
  const ours = directives.find(({ file }) => isWrittenByFortress(files.texts.get(file) ?? ''))?.file;
  const config = deriveConfig({
    files,
    compose,
    roles,
    nginx,
    nginxFolder: folder,
    prometheus: prometheusOf(roles, files),
    isOurs: ours !== undefined,
    notes,
    target,
    now,
  });
  const resolved = resolveConfig(validateConfig(config, 'fortress.config.ts'), target);
  if (ours !== undefined) leaveOwnChanges(ours, resolved, files, notes);
  else {
    leaveLocations(nginx, notes);
    leaveServers(nginx, notes);
    leaveOtherServers(nginx, notes);
    leaveStandIns(nginx, notes);
    leaveTimeouts(nginx, notes);
    leaveDirectives(directives, notes);
  }
  const { carried, left } = notes;
  return { config, text: configText(config, carried, source), carried, left };
}

/** The file that Prometheus reads, wherever its service has it from. */
function prometheusOf({ prometheus }: Roles, { names, texts }: ProjectFiles): PrometheusFacts {
  const file =
    prometheus?.view.nameOf('/etc/prometheus/prometheus.yml') ??
    names.find((name) => /(?:^|\/)prometheus\.ya?ml$/.test(name) && !name.includes('provisioning')) ??
    null;
  const text = file === null ? undefined : texts.get(file);
  if (file === null || text === undefined || prometheus === null) return NO_PROMETHEUS;
  const facts = readPrometheus(text, file);
  return { ...facts, isOurs: isWrittenByFortress(text) };
}
