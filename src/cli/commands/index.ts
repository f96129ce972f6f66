import type { CommandBody } from '../command.js';

/** What `--help` needs to know of a command; its body is loaded only when it is called. */
export interface CommandDefinition {
  name: string;
  /** commander's notation: `[service]`, `<text>`. */
  arguments?: string;
  summary: string;
  options?: { flags: string; description: string; default?: string }[];
  examples: string[];
  /** It goes on when nobody reads its output any more. */
  changesThings?: true;
  load(): Promise<{ run: CommandBody<never> }>;
}

const noProbe = { flags: '--no-probe', description: "don't send a prediction through the gateway at the end" };

export const COMMANDS: CommandDefinition[] = [
  {
    name: 'init',
    arguments: '[folder]',
    summary: 'scaffold a project: fortress.config.ts, the default model, .gitignore',
    options: [
      { flags: '--preset <name>', description: 'default, or exam: the values that the course prescribes' },
      { flags: '--force', description: 'overwrite files that exist' },
    ],
    examples: ['fortress init', 'fortress init sentiment --preset exam'],
    changesThings: true,
    load: () => import('./init.js'),
  },
  {
    name: 'up',
    summary: 'make the stack what the configuration says, and wait until it serves',
    options: [
      {
        flags: '--lock-timeout <seconds>',
        description: 'how long to wait for another fortress to finish',
        default: '60',
      },
      noProbe,
    ],
    examples: ['fortress up', 'fortress up --config staging/ --json'],
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
    summary: 'prove on the running stack that every promised feature works',
    options: [
      { flags: '--only <checks>', description: 'run these checks only, by id or prefix: rate,tls.trust' },
      { flags: '--skip <checks>', description: 'leave these checks out' },
      { flags: '--list', description: 'list the checks and what each one asks' },
    ],
    examples: ['fortress verify', 'fortress verify --only auth,ab', 'fortress verify --json'],
    load: () => import('./verify.js'),
  },
  {
    name: 'down',
    summary: 'remove containers and networks; keep data volumes and secrets',
    options: [
      { flags: '--volumes', description: 'remove the data volumes too: Prometheus samples, Grafana database' },
      { flags: '--purge', description: 'remove volumes and also certificates, passwords and build contexts' },
      {
        flags: '--lock-timeout <seconds>',
        description: 'how long to wait for another fortress to finish',
        default: '60',
      },
    ],
    examples: ['fortress down', 'fortress down --volumes'],
    changesThings: true,
    load: () => import('./down.js'),
  },
  {
    name: 'status',
    summary: 'show the containers of the stack and how they are',
    examples: ['fortress status', 'fortress status --json'],
    load: () => import('./status.js'),
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
    name: 'config',
    summary: 'show the configuration with every default filled in, secrets masked',
    examples: ['fortress config', 'fortress config --json'],
    load: () => import('./config.js'),
  },
  {
    name: 'certs',
    summary: 'make or renew certificates and passwords where needed, and show them',
    examples: ['fortress certs'],
    changesThings: true,
    load: () => import('./certs.js'),
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
