import { fillIn, instructionsOf, unquoted } from '../grade/dockerfile.js';

export interface CopyInstruction {
  sources: string[];
  /** Absolute; it ends in `/` where it says that it is a folder. */
  target: string;
}

/** What a Dockerfile says of how its container is used. */
interface ImageFacts {
  /** Image of the last stage: `nginx:1.27`. */
  base: string;
  copies: CopyInstruction[];
  /** Port that it says it listens on; null: it does not say. */
  port: number | null;
  /** Path that its own check asks for; null: none. */
  healthPath: string | null;
}

interface Stage extends ImageFacts {
  workdir: string;
  values: Map<string, string>;
  exposed: number | null;
}

/** Reads the last stage of a Dockerfile, with what it has from those it is based on. Pure. */
export function readImageFacts(text: string): ImageFacts {
  const stages = new Map<string, Stage>();
  const global = new Map<string, string>();
  let stage: Stage = emptyStage('', global);
  for (const { instruction, rest } of instructionsOf(text)) {
    if (instruction === 'FROM') stage = startStage(fillIn(rest, global), stages, global);
    else if (instruction === 'ARG' && stages.size === 0) setValues(rest, global);
    else read(stage, instruction, fillIn(rest, stage.values), rest);
  }
  return { ...stage, port: stage.port ?? stage.exposed };
}

const emptyStage = (base: string, values: Map<string, string>): Stage => ({
  base,
  copies: [],
  port: null,
  exposed: null,
  healthPath: null,
  workdir: '/',
  values: new Map(values),
});

function startStage(value: string, stages: Map<string, Stage>, global: Map<string, string>): Stage {
  const [image = '', , name] = value.split(/\s+/).filter((word) => !word.startsWith('--'));
  const parent = stages.get(image.toLowerCase());
  const stage = parent
    ? { ...parent, copies: [...parent.copies], values: new Map(parent.values) }
    : emptyStage(image, global);
  stages.set((name ?? String(stages.size)).toLowerCase(), stage);
  return stage;
}

function read(stage: Stage, instruction: string, value: string, asWritten: string): void {
  if (instruction === 'ARG' || instruction === 'ENV') setValues(asWritten, stage.values);
  if (instruction === 'WORKDIR') stage.workdir = below(stage.workdir, unquoted(value));
  if (instruction === 'EXPOSE') stage.exposed = portIn(/^(\d+)/.exec(value)?.[1]) ?? stage.exposed;
  if (instruction === 'CMD' || instruction === 'ENTRYPOINT') stage.port = portOfCommand(value) ?? stage.port;
  if (instruction === 'HEALTHCHECK') stage.healthPath = pathOfCheck(value);
  if (instruction === 'COPY' || instruction === 'ADD') {
    const copy = copyOf(value, stage.workdir);
    if (copy) stage.copies.push(copy);
  }
}

/** `A=1 B="two"`, or the old `A 1`. */
function setValues(text: string, values: Map<string, string>): void {
  const pairs = [...text.matchAll(/(?<name>\w+)=(?<value>"[^"]*"|'[^']*'|\S*)/g)];
  for (const { groups } of pairs) {
    values.set(groups?.['name'] ?? '', fillIn(unquoted(groups?.['value'] ?? ''), values));
  }
  const [name, ...rest] = text.split(/\s+/);
  if (pairs.length === 0 && name !== undefined && rest.length > 0) values.set(name, rest.join(' '));
}

/** The port that a command line gives a server: `--port 8000`, `--bind 0.0.0.0:8000`, `-p 8000`. Pure. */
const portOfCommand = (command: string): number | null =>
  portIn(/(?:--port|-p|--bind|-b|--http)[\s"',=]+(?:[\w.*[\]]+:)?(?<port>\d{2,5})\b/.exec(command)?.groups?.['port']);

/** Checks are lines; what is longer is data. */
const LONGEST_CHECK = 8192;
/** A host and a port, variables and expressions in braces included, and a path that is text to its end. */
const ADDRESS = /https?:\/\/(?:[\w.$:-]|\{[^{}]*\}|\[[^[\]]*\])+(?<path>\/[\w./~-]*)?(?=["'`\s)\],|;\\]|$)/;

/** The path of the first address of this container that a check asks for. Pure. */
export function pathOfCheck(check: string): string | null {
  const path = ADDRESS.exec(check.slice(0, LONGEST_CHECK))?.groups;
  return path === undefined ? null : (path['path'] ?? '/');
}

function portIn(text: string | undefined): number | null {
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
}

function copyOf(value: string, workdir: string): CopyInstruction | null {
  if (/(?:^|\s)--from=/.test(value)) return null;
  const words = wordsOf(value).filter((word) => !word.startsWith('--'));
  const target = words.at(-1);
  return target === undefined || words.length < 2
    ? null
    : { sources: words.slice(0, -1), target: below(workdir, target) };
}

/** Of the shell form and of the JSON form. */
const wordsOf = (value: string): string[] =>
  value
    .replaceAll(/^\[|\]$/g, '')
    .split(value.startsWith('[') ? /\s*,\s*/ : /\s+/)
    .map((word) => unquoted(word.trim()))
    .filter((word) => word !== '');

const below = (workdir: string, path: string): string => {
  if (path.startsWith('/')) return path;
  const inside = path.replace(/^(?:\.\/)+/, '').replace(/^\.$/, '');
  return inside === '' ? `${workdir.replace(/\/$/, '')}/` : `${workdir.replace(/\/$/, '')}/${inside}`;
};
