import { PROBE_HEADER } from '../probe/token.js';
import type { Exchange } from '../verify/check.js';
import type { CheckReport, VerifyReport } from '../verify/run-checks.js';
import { CA_FILE, curlLine, quote } from './curl.js';

/** A command for a POSIX shell, and what it is good for. */
export interface Step {
  purpose: string;
  command: string;
}

const MOST_REQUESTS = 3;
const CROWD = 40;
const REPEATS = 12;

/**
 * How to repeat a check without fortress; nothing where there is no simple way. Pure.
 * @param target null: nothing ran that could be asked
 */
export function stepsByHand({ id, objective, exchanges }: CheckReport, target: VerifyReport['target']): Step[] {
  if (target === null) return [];
  const [first] = exchanges;
  if (objective === 5 && first) return [crowd(curlLine(first, "-o /dev/null -w '%{http_code}\\n'"))];
  if (id === 'lb.spread' && first) return [oneAfterTheOther(curlLine(first))];
  return [...(CONTAINER_STEPS[id] ?? []), ...handshakes(id, target.https), ...requests(exchanges)];
}

const crowd = (command: string): Step => ({
  purpose: `${CROWD} requests at once: how many got which status. It uses up the rate limit of your address for a moment.`,
  command: `(for i in $(seq ${CROWD}); do ${command} & done; wait) | sort | uniq -c`,
});

const oneAfterTheOther = (command: string): Step => ({
  purpose: `${REPEATS} requests, within the rate limit: the headers tell which replica answered, where it says so.`,
  command: `for i in $(seq ${REPEATS}); do ${command}; sleep 0.3; done | grep -i '^x-'`,
});

/** Not what only the holder of the probe token can ask, which no report shows. */
function requests(exchanges: Exchange[]): Step[] {
  const repeatable = exchanges.filter(({ request }) => !(PROBE_HEADER in request.headers));
  const steps = new Map(repeatable.map((exchange) => [curlLine(exchange), `The answer was ${answerOf(exchange)}:`]));
  return [...steps].slice(0, MOST_REQUESTS).map(([command, purpose]) => ({ purpose, command }));
}

const answerOf = ({ response }: Exchange): string =>
  'status' in response ? String(response.status) : `none, ${response.error}`;

const list = (columns: string): Step => ({
  purpose: 'On the machine that runs the containers:',
  command: `docker ps --format '${columns}'`,
});

const inspect = (format: string): Step => ({
  purpose: 'On the machine that runs the containers:',
  command: `docker inspect --format '{{.Name}}: ${format}' $(docker ps -q)`,
});

/** For checks whose answer is in the containers, by id. */
const CONTAINER_STEPS: Record<string, Step[]> = {
  'target.identity': [list('{{.ID}} {{.Names}} {{.RunningFor}}')],
  'entry.ports': [list('{{.Names}} {{.Ports}}')],
  'lb.replicas': [list('{{.Names}} {{.Image}} {{.Status}}')],
  'hygiene.images': [list('{{.Names}} {{.Image}}')],
  'hygiene.health': [list('{{.Names}} {{.Status}}')],
  'hygiene.users': [inspect('user "{{.Config.User}}"')],
  'hygiene.restart': [inspect('{{.HostConfig.RestartPolicy.Name}}')],
  'hygiene.privileges': [
    inspect(
      'privileged {{.HostConfig.Privileged}}, {{.HostConfig.CapDrop}} dropped, {{.HostConfig.CapAdd}} added, {{.HostConfig.SecurityOpt}}',
    ),
  ],
  'hygiene.filesystem': [inspect('read-only {{.HostConfig.ReadonlyRootfs}}')],
  'hygiene.isolation': [
    inspect(
      'pid "{{.HostConfig.PidMode}}", ipc "{{.HostConfig.IpcMode}}", network "{{.HostConfig.NetworkMode}}", {{.HostConfig.Devices}} {{range .Mounts}}{{.Type}} {{.Source}} {{end}}',
    ),
  ],
  'hygiene.limits': [
    inspect('{{.HostConfig.Memory}} bytes, {{.HostConfig.PidsLimit}} processes, {{.HostConfig.LogConfig}}'),
  ],
  'hygiene.network': [
    list('{{.Names}} {{.Networks}}'),
    {
      purpose: 'Which networks have no way out:',
      command: `docker network inspect --format '{{.Name}}: internal {{.Internal}}' $(docker network ls -q)`,
    },
  ],
  'hygiene.ports': [list('{{.Names}} {{.Ports}}')],
  'hygiene.secrets': [inspect('{{.Config.Env}} {{.Config.Labels}} {{.Args}}')],
};

function handshakes(id: string, https: string): Step[] {
  const { hostname, port } = new URL(https);
  const connect = `openssl s_client -connect ${quote(`${hostname}:${port || 443}`)} -servername ${quote(hostname)} -CAfile ${CA_FILE}`;
  if (id === 'target.identity') {
    const command = `${connect} </dev/null 2>/dev/null | openssl x509 -noout -subject -fingerprint -sha256`;
    return [{ purpose: 'Whose certificate it is:', command }];
  }
  if (id === 'tls.trust') {
    return [
      {
        purpose: 'Shake hands and look at the certificate ("Verify return code: 0" is good):',
        command: `${connect} -verify_hostname ${quote(hostname)} </dev/null`,
      },
    ];
  }
  return id === 'tls.protocols' ? VERSIONS.map((version) => handshakeBy(version, connect)) : [];
}

const VERSIONS = ['1', '1.1', '1.2', '1.3'];

const handshakeBy = (version: string, connect: string): Step => ({
  purpose: `Does the server take TLS ${version}?`,
  command: `${connect} -tls${version.replace('.', '_')} -cipher 'DEFAULT:@SECLEVEL=0' </dev/null`,
});
