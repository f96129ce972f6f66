import { parseEnv } from 'node:util';

/**
 * Names that steer programs on this machine: the engine's client would take them from a `.env` file
 * of the submission and, for one, look for its plug-ins where they say.
 */
const RESERVED =
  /^(?:DOCKER_|COMPOSE_|BUILDX_|BUILDKIT_|LD_|DYLD_|GIT_|SSH_|NODE_|XDG_|PATH$|HOME$|USERPROFILE$|TMPDIR$|TEMP$|TMP$|SHELL$|[A-Z]*_PROXY$)/i;

/**
 * What the variables of a compose file stand for: those of the submission's `.env`, never those of
 * the person who grades. Pure.
 * @param text of the compose file
 * @param dotEnv of `.env`; null when there is none
 * @param root what `${PWD}` is
 */
export function variablesOf(text: string, dotEnv: string | null, root: string): Record<string, string> {
  const used = new Set([...text.matchAll(/\$\{?(?<name>[A-Za-z_]\w*)/g)].map((match) => match.groups?.['name']));
  const values = dotEnv === null ? {} : parseEnv(dotEnv);
  const chosen = Object.entries(values).filter(
    ([name, value]) => value !== undefined && used.has(name) && !RESERVED.test(name),
  );
  return { ...(Object.fromEntries(chosen) as Record<string, string>), PWD: root };
}
