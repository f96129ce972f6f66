import type { ResolvedConfig } from '../../config/resolved.js';
import { networkName } from '../names.js';
import { FILES_CURRENT, FILES_NEXT, type Announcement, type AvailableImage, type Service } from '../stack.js';

/** Inside the Docker networks only: the gateway's health, stub_status and metrics. */
export const STATUS_PORT = 8081;
export const STATUS_PATH = '/nginx_status';
export const METRICS_PATH = '/metrics';

const nginx = (folder: string, ...flags: string[]): string[] => [
  'nginx',
  '-e',
  'stderr',
  '-c',
  `${folder}/nginx.conf`,
  ...flags,
];

/** While this file is there, nginx closes connections after each answer; in memory, so no crash can leave it. */
export const CLOSING_FILE = '/tmp/closing';

/** Where nginx remembers logins that were right. */
export const LOGINS_FOLDER = '/tmp/logins';

/**
 * Old workers go on with requests that have begun, so what was remembered by another password file goes now. What is by
 * this one stays: while an address may not try passwords, a client of it that was let in goes on by that alone.
 */
const FORGET_OLD_LOGINS = [
  String.raw`by=$(sed -n 's/.*proxy_cache_key *"\([0-9a-f]*\) .*/\1/p' ${FILES_CURRENT}/nginx.conf)`,
  `find ${LOGINS_FOLDER} -type f -exec grep -L "KEY: $by " {} + | xargs rm -f`,
].join('; ');

/** Each has its own number in the file, so that one which was left behind removes nobody else's. */
const ANNOUNCEMENT: Announcement = {
  begin: [
    'sh',
    '-c',
    `echo $$ > ${CLOSING_FILE}; (sleep 20; [ "$(cat ${CLOSING_FILE})" = $$ ] && rm ${CLOSING_FILE}) > /dev/null 2>&1 &`,
  ],
  end: ['sh', '-c', `rm -f ${CLOSING_FILE}; ${FORGET_OLD_LOGINS}`],
  seconds: 1,
};

export function gatewayService({ project, gateway }: ResolvedConfig, image: AvailableImage): Service {
  return {
    name: 'gateway',
    image,
    replicas: 1,
    entrypoint: nginx(FILES_CURRENT, '-g', 'daemon off;'),
    command: [],
    env: {},
    user: '101:101',
    networks: [
      { network: networkName(project, 'edge'), aliases: ['gateway'], fixedAddress: false },
      { network: networkName(project, 'backend'), aliases: ['gateway'], fixedAddress: false },
    ],
    ports: [
      { bind: gateway.bind, host: gateway.httpPort, container: 80 },
      { bind: gateway.bind, host: gateway.httpsPort, container: 443 },
    ],
    volumes: [],
    tmpfs: { '/tmp': 'rw,noexec,nosuid,nodev,size=64m,mode=1777' },
    onFileChange: {
      kind: 'reload',
      test: nginx(FILES_NEXT, '-t'),
      signal: 'SIGHUP',
      confirm: 'new-workers',
      announce: ANNOUNCEMENT,
    },
    readiness: { port: STATUS_PORT, path: '/healthz', timeout: 30 },
    healthcheck: ['wget', '-q', '-O', '/dev/null', `http://127.0.0.1:${STATUS_PORT}/healthz`],
    memory: 256 * 1024 ** 2,
    cpus: null,
    // A reload doubles the workers, of which there is one per CPU.
    pids: 1024,
    // SIGQUIT lets requests finish; SIGTERM would cut them off.
    stopSignal: 'SIGQUIT',
    stopTimeout: 10,
    rollout: null,
  };
}
