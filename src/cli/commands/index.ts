import type { CommandBody } from '../command.js';

interface OptionDefinition {
  /** commander's notation: `--data <file>`. */
  flags: string;
  description: string;
  default?: string;
  /** It may be given more than once; each time it takes one value. */
  repeatable?: true;
  /** Heading in `--help`; default: that of all options. */
  group?: string;
}

/** What `--help` needs to know of a command; its body is loaded only when it is called. */
export interface CommandDefinition {
  name: string;
  /** commander's notation: `[service]`, `<text>`, `<command...>`. */
  arguments?: string;
  summary: string;
  options?: OptionDefinition[];
  examples: string[];
  /** It goes on when nobody reads its output any more. */
  changesThings?: true;
  /** What follows the first argument is not for fortress, whatever it looks like. */
  passesOptionsOn?: true;
  load(): Promise<{ run: CommandBody<never> }>;
}

const noProbe = {
  flags: '--no-probe',
  description: "don't send requests through the gateway while it changes, nor one at the end",
};

const lockTimeout: OptionDefinition = {
  flags: '--lock-timeout <seconds>',
  description: 'how long to wait for another fortress to finish',
  default: '60',
};

/** `fortress verify` of a deployment that fortress did not make; the defaults are the exam's. */
const otherDeployment: OptionDefinition[] = [
  { flags: '--url <url>', description: 'where HTTPS is, e.g. https://localhost:8443' },
  { flags: '--http <url>', description: 'where plain HTTP is (default: found, at port 80 or 8080)' },
  { flags: '--user <name:password>', description: 'credentials; the password may be in FORTRESS_PASSWORD' },
  { flags: '--ca <file>', description: 'certificate that clients are told to trust, PEM (default: the public roots)' },
  { flags: '--connect-to <address>', description: 'IP address to connect to instead of what the host resolves to' },
  { flags: '--compose-project <name>', description: 'its containers (default: whoever publishes the port of --url)' },
  { flags: '--predict-path <path>', description: 'where predictions are asked for (default: /predict)' },
  { flags: '--labels <names>', description: 'labels that predictions may have, separated by commas (default: any)' },
  { flags: '--replicas <n>', description: 'replicas promised for the default API (default: 3)' },
  {
    flags: '--header <name=value>',
    description: 'leads to the API with probabilities (default: X-Experiment-Group=debug)',
  },
  { flags: '--rate <n>', description: 'requests per second and client that are promised as the limit (default: 10)' },
  { flags: '--exporter <url>', description: 'exporter of the gateway (default: as the engine shows)' },
  { flags: '--prometheus <url>', description: 'Prometheus (default: as the engine shows)' },
  { flags: '--grafana <url>', description: 'Grafana (default: as the engine shows)' },
  { flags: '--grafana-user <name:password>', description: 'its credentials (default: admin:admin)' },
  { flags: '--profile <file>', description: 'JSON file with all of this and more; see docs/verify.md' },
].map((option) => ({ ...option, group: "Another deployment than the project's own:" }));

export const COMMANDS: CommandDefinition[] = [
  {
    name: 'init',
    arguments: '[folder]',
    summary: 'scaffold a project: fortress.config.ts, the default model, .gitignore',
    options: [
      { flags: '--preset <name>', description: 'default, or exam: the values that the course prescribes' },
      { flags: '--backend <name>', description: "server, fortress's own (default), or fastapi: Python that is yours" },
      {
        flags: '--from <folder>',
        description: 'write what a project of docker-compose.yml and nginx.conf does, into it or into [folder]',
      },
      { flags: '--force', description: 'overwrite files that exist' },
    ],
    examples: [
      'fortress init',
      'fortress init sentiment --preset exam',
      'fortress init --backend fastapi',
      'fortress init --from ../exam',
    ],
    changesThings: true,
    load: () => import('./init.js'),
  },
  {
    name: 'up',
    summary: 'make the stack what the configuration says, and wait until it serves',
    options: [
      lockTimeout,
      { flags: '--verify', description: 'then verify; go back to what ran before when a promise is broken' },
      noProbe,
    ],
    examples: ['fortress up', 'fortress up --verify', 'fortress up --config staging/ --json'],
    changesThings: true,
    load: () => import('./up.js'),
  },
  {
    name: 'plan',
    summary: 'show what up would do and why, without being able to do it',
    options: [
      { flags: '--exit-code', description: 'exit 2 when there is something to do, 0 when not' },
      { flags: '--no-diff', description: "don't show the differences of rendered files" },
    ],
    examples: ['fortress plan', 'fortress plan --exit-code --json'],
    load: () => import('./plan.js'),
  },
  {
    name: 'verify',
    summary: 'prove on a running stack, the own or any other, that every promised feature works',
    options: [
      { flags: '--only <checks>', description: 'run these checks only, by id or prefix: rate,tls.trust' },
      { flags: '--skip <checks>', description: 'leave these checks out' },
      { flags: '--list', description: 'list the checks and what each one asks' },
      { flags: '--strict', description: 'fail when anything is skipped or inconclusive' },
      { flags: '--timeout <seconds>', description: 'end the run then; what has no answer by then is inconclusive' },
      {
        flags: '--report <format=file>',
        description: 'also write a report: json, junit, tap or html; repeat it for more',
        repeatable: true,
      },
      { flags: '--watch [seconds]', description: 'verify again and again, every minute or as often as said' },
      ...otherDeployment,
    ],
    examples: [
      'fortress verify',
      'fortress verify --only auth,ab',
      'fortress verify --strict --report html=verify.html --report junit=verify.xml',
      'fortress verify --url https://localhost --user admin:admin --ca deployments/nginx/certs/nginx.crt',
      'fortress verify --profile team-7.json --strict',
    ],
    load: () => import('./verify.js'),
  },
  {
    name: 'export',
    arguments: '<target> <folder>',
    summary: 'write the stack as plain files of another tool: exam, compose or kubernetes',
    options: [
      { flags: '--archive <file>', description: 'also pack them: FILE.zip or FILE.tar.gz' },
      { flags: '--force', description: 'write into a folder that is not empty' },
    ],
    examples: [
      'fortress export compose deploy/',
      'fortress export exam submission/ --archive exam.zip',
      'fortress export kubernetes k8s/',
    ],
    changesThings: true,
    load: () => import('./export.js'),
  },
  {
    name: 'grade',
    arguments: '<submission>',
    summary: 'grade a submission of the exam, a folder or an archive: its files, then what it does when it runs',
    options: [
      { flags: '--static', description: 'only look at the files; start nothing' },
      {
        flags: '--user <name:password>',
        description: "credentials (default: the exam's, then those in its own scripts)",
      },
      { flags: '--url <url>', description: 'where HTTPS is (default: the port that it publishes for it)' },
      { flags: '--http <url>', description: 'where plain HTTP is (default: found)' },
      { flags: '--ca <file>', description: 'certificate to trust, PEM (default: the one among its files)' },
      { flags: '--predict-path <path>', description: 'where predictions are asked for (default: /predict)' },
      { flags: '--replicas <n>', description: 'replicas promised for the default API (default: 3)' },
      { flags: '--header <name=value>', description: "leads to the API with probabilities (default: the exam's)" },
      { flags: '--rate <n>', description: 'requests per second that are promised as the limit (default: 10)' },
      { flags: '--grafana-user <name:password>', description: 'credentials of Grafana (default: admin:admin)' },
      { flags: '--timeout <seconds>', description: 'from its start to its first prediction', default: '180' },
      { flags: '--keep', description: 'leave it running in the end' },
      { flags: '--profile <file>', description: 'JSON file with all of this and more; see docs/verify.md' },
      {
        flags: '--report <format=file>',
        description: 'write a report: json, junit, tap, html; repeat it for more',
        repeatable: true,
      },
    ],
    examples: [
      'fortress grade exam.zip',
      'fortress grade exam.tar.gz --static',
      'fortress grade team-7/ --user admin:secret --report html=team-7.html --report json=team-7.json',
    ],
    changesThings: true,
    load: () => import('./grade.js'),
  },
  {
    name: 'down',
    summary: 'remove containers and networks; keep data volumes and secrets',
    options: [
      { flags: '--volumes', description: 'remove the data volumes too: Prometheus samples, Grafana database' },
      {
        flags: '--purge',
        description: 'remove volumes and also certificates, passwords, images of build APIs and generations',
      },
      lockTimeout,
    ],
    examples: ['fortress down', 'fortress down --volumes'],
    changesThings: true,
    load: () => import('./down.js'),
  },
  {
    name: 'history',
    summary: 'show the last generations of the stack: when, by what, and what each one changed',
    examples: ['fortress history', 'fortress history --json'],
    load: () => import('./history.js'),
  },
  {
    name: 'rollback',
    summary: 'bring the stack back to a generation that ran before: configuration, model, images, templates',
    options: [
      { flags: '--to <number>', description: 'a generation of `fortress history` (default: the one before)' },
      lockTimeout,
      noProbe,
    ],
    examples: ['fortress rollback', 'fortress rollback --to 3'],
    changesThings: true,
    load: () => import('./rollback.js'),
  },
  {
    name: 'scale',
    arguments: '<service=replicas...>',
    summary: 'run more or fewer replicas of APIs, until the next up',
    options: [lockTimeout, noProbe],
    examples: ['fortress scale api-v1=5', 'fortress scale api-v1=2 api-v2=2'],
    changesThings: true,
    load: () => import('./scale.js'),
  },
  {
    name: 'restart',
    arguments: '[service]',
    summary: 'replace the containers of one service, or of all, by new ones made from the same',
    options: [lockTimeout, noProbe],
    examples: ['fortress restart api-v1', 'fortress restart'],
    changesThings: true,
    load: () => import('./restart.js'),
  },
  {
    name: 'exec',
    arguments: '<service> <command...>',
    summary: 'run a command in a container of a service, connected with this terminal',
    options: [{ flags: '--index <n>', description: 'the n of its container (default: the first that runs)' }],
    examples: ['fortress exec gateway sh', 'fortress exec --index 2 api-v1 cat /etc/fortress/current/model.json'],
    passesOptionsOn: true,
    load: () => import('./exec.js'),
  },
  {
    name: 'status',
    summary: 'show the containers of the stack and how they are',
    examples: ['fortress status', 'fortress status --json'],
    load: () => import('./status.js'),
  },
  {
    name: 'guard',
    arguments: '[start|stop]',
    summary: 'show, start or stop the process that restarts containers which the engine leaves dead',
    options: [{ flags: '--systemd', description: 'print a systemd unit that runs it from boot on' }],
    examples: ['fortress guard', 'fortress guard stop', 'fortress guard --systemd'],
    changesThings: true,
    load: () => import('./guard.js'),
  },
  {
    name: 'logs',
    arguments: '[service]',
    summary: 'show what the containers wrote, of one service or of all',
    options: [
      { flags: '-f, --follow', description: 'go on until Ctrl-C' },
      { flags: '-n, --tail <lines>', description: 'lines from the end of each container', default: '100' },
    ],
    examples: ['fortress logs', 'fortress logs gateway -f'],
    load: () => import('./logs.js'),
  },
  {
    name: 'links',
    summary: 'show the URLs of the stack and where its credentials are',
    examples: ['fortress links', 'fortress links --json'],
    load: () => import('./links.js'),
  },
  {
    name: 'predict',
    arguments: '<text>',
    summary: 'send one sentence through the gateway',
    options: [{ flags: '--debug', description: 'ask the debug API: show the probability of every label' }],
    examples: ['fortress predict "Oh yeah, that was soooo cool!"', 'fortress predict --debug "I miss you"'],
    load: () => import('./predict.js'),
  },
  {
    name: 'bench',
    summary: 'measure on an isolated copy of the stack what each layer costs, and how much all of it serves',
    options: [
      {
        flags: '--connections <n>',
        description: 'concurrent connections that layers are compared with',
        default: '32',
      },
      { flags: '--rounds <n>', description: 'rounds of each layer; medians are shown', default: '3' },
      { flags: '--seconds <n>', description: 'length of a round', default: '2' },
      {
        flags: '--report <format=file>',
        description: 'also write a report: json, or html, a page with pictures; repeat it for more',
        repeatable: true,
      },
      { flags: '--lock-timeout <seconds>', description: 'how long to wait for another benchmark', default: '60' },
    ],
    examples: [
      'fortress bench',
      'fortress bench --report html=bench.html',
      'fortress bench --rounds 5 --seconds 10 --json',
    ],
    changesThings: true,
    load: () => import('./bench.js'),
  },
  {
    name: 'config',
    summary: 'show the configuration with every default filled in, secrets masked',
    examples: ['fortress config', 'fortress config --json'],
    load: () => import('./config.js'),
  },
  {
    name: 'images',
    arguments: '[list|build|pull|save|load] [file]',
    summary: 'show the images of the stack, get them, or take them to a machine without a network',
    options: [{ flags: '--force', description: 'save: overwrite the file' }],
    examples: [
      'fortress images',
      'fortress images build',
      'fortress images save bundle.tar.zst',
      'fortress images load bundle.tar.zst',
      'fortress images save - | ssh host fortress images load -',
    ],
    changesThings: true,
    load: () => import('./images.js'),
  },
  {
    name: 'certs',
    arguments: '[show|renew|trust]',
    summary: 'show the certificates, renew them now, or make clients trust them',
    options: [
      { flags: '--ca', description: 'renew: a new CA too; every client must then get its file' },
      { flags: '--install', description: 'trust: let this machine trust the CA (Debian, Ubuntu; as root)' },
      { flags: '--uninstall', description: 'trust: take that back' },
    ],
    examples: ['fortress certs', 'fortress certs renew', 'fortress certs trust', 'sudo fortress certs trust --install'],
    changesThings: true,
    load: () => import('./certs.js'),
  },
  {
    name: 'users',
    arguments: '[list|add|remove|passwd] [name]',
    summary: 'show who may call the API, let others in and shut them out, at once',
    options: [{ flags: '--random', description: 'add, passwd: make a random password and show it once' }],
    examples: [
      'fortress users',
      'fortress users add ana',
      'fortress users add ci --random',
      'FORTRESS_USER_PASSWORD=… fortress users passwd ana',
      'fortress users remove ana',
    ],
    changesThings: true,
    load: () => import('./users.js'),
  },
  {
    name: 'doctor',
    summary: 'look whether this machine can run a stack, and say what to do where it cannot',
    options: [
      { flags: '--fix', description: 'install and start what is missing (Debian, Ubuntu)' },
      { flags: '--yes', description: "don't ask before installing" },
    ],
    examples: ['fortress doctor', 'sudo fortress doctor --fix'],
    changesThings: true,
    load: () => import('./doctor.js'),
  },
  {
    name: 'train',
    summary: 'train a text classifier from a CSV and export it to ONNX',
    options: [
      { flags: '--data <file>', description: 'CSV with a header row' },
      { flags: '--out <folder>', description: 'where the model goes', default: 'model' },
      { flags: '--text <column>', description: 'column of the texts', default: 'content' },
      { flags: '--label <column>', description: 'column of the labels', default: 'sentiment' },
      { flags: '--test <share>', description: 'share of the rows that is held out to measure', default: '0.1' },
      { flags: '--seed <number>', description: 'same seed, same data: same model', default: '1' },
      { flags: '--self-contained', description: 'also write self-contained.onnx: strings in, for other hosts' },
    ],
    examples: ['fortress train --data tweets.csv', 'fortress train --data reviews.csv --text body --label stars'],
    changesThings: true,
    load: () => import('./train.js'),
  },
  {
    name: 'model',
    arguments: '<inspect|test> [file]',
    summary: 'inspect a model: what it takes and gives; or test it on labelled texts',
    options: [
      { flags: '--data <file>', description: 'test: CSV with a header row' },
      { flags: '--text <column>', description: 'test: column of the texts', default: 'content' },
      { flags: '--label <column>', description: 'test: column of the labels', default: 'sentiment' },
    ],
    examples: [
      'fortress model inspect',
      'fortress model inspect pipeline.onnx --json',
      'fortress model test pipeline.onnx --data reviews.csv --text body --label stars',
    ],
    load: () => import('./model.js'),
  },
];
