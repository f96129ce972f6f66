/** What a Dockerfile says of the image that it makes. */
export interface DockerfileFacts {
  /** Images that it starts from, but for stages of its own, in order. */
  bases: string[];
  /** User of the last stage; null: that of its base. */
  user: string | null;
  /** Whether the last stage has a check of its own. */
  healthcheck: boolean;
  /** Name of the last stage, or its number. */
  stage: string;
}

type Stages = Map<string, Pick<DockerfileFacts, 'user' | 'healthcheck'>>;

/** Reads a Dockerfile. Pure; ARGs with a default are filled in. */
export function readDockerfile(text: string): DockerfileFacts {
  const values = new Map<string, string>();
  const stages: Stages = new Map();
  const facts: DockerfileFacts = { bases: [], user: null, healthcheck: false, stage: '' };
  for (const { instruction, rest } of instructionsOf(text)) {
    const value = fillIn(rest, values);
    if (instruction === 'ARG') setArgument(value, values);
    if (instruction === 'FROM') startStage(value, facts, stages);
    if (instruction === 'USER') facts.user = value;
    if (instruction === 'HEALTHCHECK') facts.healthcheck = !/^NONE\b/i.test(value);
    stages.set(facts.stage, { user: facts.user, healthcheck: facts.healthcheck });
  }
  return facts;
}

/** Lines that end in a backslash go on; comments in between don't count. Pure. */
export function instructionsOf(text: string): { instruction: string; rest: string }[] {
  const joined = text
    .replaceAll(/^[ \t]*#.*(?:\r?\n|$)/gm, '')
    .replaceAll(/\\[ \t]*\r?\n/g, ' ')
    .split(/\r?\n/);
  return joined.flatMap((line) => {
    const match = /^\s*(?<instruction>[A-Za-z]+)\s+(?<rest>.*\S)/.exec(line);
    const { instruction = '', rest = '' } = match?.groups ?? {};
    return match ? [{ instruction: instruction.toUpperCase(), rest }] : [];
  });
}

function setArgument(value: string, values: Map<string, string>): void {
  const [name = '', ...initial] = value.split('=');
  if (initial.length > 0) values.set(name, unquoted(initial.join('=')));
}

/** A stage that starts from another one inherits its user and check. */
function startStage(value: string, facts: DockerfileFacts, stages: Stages): void {
  const [image = '', as, name] = value.split(/\s+/).filter((word) => !word.startsWith('--'));
  const base = stages.get(image.toLowerCase());
  if (!base) facts.bases.push(image);
  const isNamed = as?.toUpperCase() === 'AS' && name !== undefined;
  facts.stage = isNamed ? name.toLowerCase() : String(stages.size);
  facts.user = base?.user ?? null;
  facts.healthcheck = base?.healthcheck ?? false;
}

/** A text with the values of its variables; those without one stay as they are. Pure. */
export const fillIn = (text: string, values: Map<string, string>): string =>
  text.replaceAll(
    /\$(?:\{(?<braced>\w+)(?::?-(?<fallback>[^}]*))?\}|(?<bare>\w+))/g,
    (whole, braced, fallback, bare) => {
      const name = (braced ?? bare) as string;
      return values.get(name) ?? (fallback as string | undefined) ?? whole;
    },
  );

export const unquoted = (text: string): string => text.replaceAll(/^["']|["']$/g, '');
