import type { ResolvedConfig } from '../config/resolved.js';
import type { EngineAddress } from '../engine/docker/address.js';

interface Surroundings {
  /** Absolute path of the Node.js that runs it. */
  node: string;
  /** Absolute path of the guard's bundle. */
  script: string;
  user: string;
  engine: EngineAddress;
}

/** A systemd unit that runs the guard of a project from boot on. */
export const systemdUnit = (
  { project, stateDir }: ResolvedConfig,
  { node, script, user, engine }: Surroundings,
): string =>
  `[Unit]
Description=fortress guard of ${project}: restarts containers that the engine leaves dead
After=docker.service network-online.target
Wants=network-online.target
ConditionPathExists=${escapeSpecifiers(stateDir)}

[Service]
User=${user}
ExecStart=${[node, script, project, stateDir, JSON.stringify(engine)].map(quote).join(' ')}
Restart=on-failure
RestartSec=5

[Install]
WantedBy=multi-user.target
`;

const escapeSpecifiers = (text: string): string => text.replaceAll('%', '%%');

/** As a word of a command line in a unit: `$` and `%` would be replaced, quotes and backslashes read. */
const quote = (word: string): string =>
  `"${escapeSpecifiers(word).replaceAll('$', '$$$$').replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
